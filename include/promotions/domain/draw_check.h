// Checking a published draw, offline, with nothing but what was published: the same computation
// again, and whether all of it fits together.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace promotions {

struct Check {
  enum class Outcome { passed, failed, skipped };
  std::string name;  // "root"
  Outcome outcome = Outcome::passed;
  std::string detail;  // failed: "seal.root: expected …, found …"; fit for a terminal
};

// In the order of the draw. A name comes once, or once for each of its failures.
struct DrawReport {
  std::vector<Check> checks;
  bool passed() const;  // no check failed; skipped ones do not count
};

using Nonce = std::array<unsigned char, 16>;

// 32 hexadecimal digits of either case.
std::optional<Nonce> parse_nonce(std::string_view text);

// What one entrant's receipt says.
struct Receipt {
  std::int64_t ticket = 0;
  Nonce nonce{};
  // The addresses under which the entrant may count: EmailAddress::key(), and mailbox() where a
  // campaign merges aliases.
  std::vector<std::string> email_keys;
};

// `leaves`: the published list, 64 lower-case hexadecimal digits and a line end for each entrant;
// it is read once, in memory that does not grow with it. Any bytes are safe in both. Throws
// std::runtime_error if `leaves` cannot be read to its end.
//
// Not checked, for it takes more than what was published here: whether a drand round or a public
// source really had the value, and when the seal was published. How the JSON is laid out is free.
DrawReport check_draw(std::string_view transcript, std::istream& leaves,
                      const std::optional<Receipt>& receipt = std::nullopt);

}  // namespace promotions
