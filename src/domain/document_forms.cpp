// The forms of options that name a document: its address and its hash.
#include "domain/option_forms.h"
#include "domain/web_address.h"
#include "promotions/base/encoding.h"
#include "promotions/domain/sha256.h"

namespace promotions {
namespace {

class HttpsForm final : public PlainForm<std::string> {
 public:
  void read(const GivenValue& given, std::string& value) const override {
    const std::string* text = given_text(given);
    if (text == nullptr) return;
    if (!text->empty() && !is_https_address(*text)) {
      return given.wrong("invalid", "must be " + takes());
    }
    value = *text;
  }
  std::string takes() const override {
    return "an address of at most " + std::to_string(kMaxWebAddress) +
           " bytes, as https://example.org/a%20b, or empty";
  }
};

class Sha256Form final : public PlainForm<std::string> {
 public:
  void read(const GivenValue& given, std::string& value) const override {
    const std::string* text = given_text(given);
    if (text == nullptr) return;
    const std::string digits = to_lower_ascii(*text);
    if (!digits.empty() && !parse_hash(digits)) return given.wrong("invalid", "must be " + takes());
    value = digits;
  }
  std::string takes() const override { return "64 hexadecimal digits, or empty"; }
};

}  // namespace

Form<std::string> optional_https_form() {
  return std::make_unique<HttpsForm>();
}

Form<std::string> optional_sha256_form() {
  return std::make_unique<Sha256Form>();
}

}  // namespace promotions
