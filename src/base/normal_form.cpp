#include "promotions/base/normal_form.h"

#include <unictype.h>
#include <uninorm.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"

namespace promotions {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_nfc(std::string_view text) {
  return is_ascii(text) || (is_utf8(text) && to_nfc(text) == text);
}

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::size_t size = 0;
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> normal(
      u8_normalize(UNINORM_NFC, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                   nullptr, &size),
      std::free);
  if (!normal) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(normal.get()), size};
}

bool has_unassigned(std::string_view text) {
  while (!text.empty()) {
    if (uc_is_general_category(take_code_point(text), UC_UNASSIGNED)) return true;
  }
  return false;
}

}  // namespace promotions
