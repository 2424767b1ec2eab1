#include "mail/base64.h"

#include <algorithm>

#include "promotions/base/encoding.h"

namespace promotions {

std::string to_base64(std::string_view bytes) {
  std::string text =
      to_base64url({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

}  // namespace promotions
