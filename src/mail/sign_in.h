// The ways to sign in that we speak, in the order in which they are tried (RFC 4954).
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace promotions {

enum class Mechanism { plain, login, cram_md5 };

inline constexpr std::array kMechanisms{Mechanism::plain, Mechanism::login, Mechanism::cram_md5};

// As in EHLO's answer.
std::string_view to_text(Mechanism mechanism);
std::optional<Mechanism> mechanism_named(std::string_view name);

class Mechanisms {
 public:
  void add(Mechanism mechanism) { is_in_.at(static_cast<std::size_t>(mechanism)) = true; }
  bool has(Mechanism mechanism) const { return is_in_.at(static_cast<std::size_t>(mechanism)); }
  std::optional<Mechanism> first_not_in(const Mechanisms& others) const;

 private:
  std::array<bool, kMechanisms.size()> is_in_{};
};

}  // namespace promotions
