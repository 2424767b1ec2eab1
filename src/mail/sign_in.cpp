#include "mail/sign_in.h"

#include "promotions/base/encoding.h"

namespace promotions {

std::string_view to_text(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::plain:
      return "PLAIN";
    case Mechanism::login:
      return "LOGIN";
    case Mechanism::cram_md5:
      return "CRAM-MD5";
  }
  return "";
}

std::optional<Mechanism> mechanism_named(std::string_view name) {
  for (const Mechanism mechanism : kMechanisms) {
    if (to_lower_ascii(name) == to_lower_ascii(to_text(mechanism))) return mechanism;
  }
  return std::nullopt;
}

std::optional<Mechanism> Mechanisms::first_not_in(const Mechanisms& others) const {
  for (const Mechanism mechanism : kMechanisms) {
    if (has(mechanism) && !others.has(mechanism)) return mechanism;
  }
  return std::nullopt;
}

}  // namespace promotions
