// The SASL mechanisms that we support for signing in, in the order in which they are tried (RFC
// 4954). Private to mail.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace promotions {

enum class Mechanism { plain, login, cram_md5 };

inline constexpr std::array kMechanisms{Mechanism::plain, Mechanism::login, Mechanism::cram_md5};

// The name in the answer to EHLO. mechanism_named() accepts either case.
std::string_view to_text(Mechanism mechanism);
std::optional<Mechanism> mechanism_named(std::string_view name);

// A set of mechanisms.
class Mechanisms {
 public:
  void add(Mechanism mechanism) { is_in_.at(static_cast<std::size_t>(mechanism)) = true; }
  bool has(Mechanism mechanism) const { return is_in_.at(static_cast<std::size_t>(mechanism)); }
  // The first mechanism, in the order of kMechanisms, that is in this set but not in `others`.
  std::optional<Mechanism> first_not_in(const Mechanisms& others) const;

 private:
  std::array<bool, kMechanisms.size()> is_in_{};
};

}  // namespace promotions
