// Checks a published draw offline, from nothing but what was published: repeats the computation and
// compares everything that must fit together.
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

// The checks in the order of the draw. A check that failed has one entry for each failure.
struct DrawReport {
  std::vector<Check> checks;
  bool passed() const;  // no check failed; skipped ones do not count
};

using Nonce = std::array<unsigned char, 16>;

// Reads 32 hexadecimal digits, upper or lower case. Returns nullopt for anything else.
std::optional<Nonce> parse_nonce(std::string_view text);

// The content of one entrant's receipt.
struct Receipt {
  std::int64_t ticket = 0;
  Nonce nonce{};
  // The keys that the entrant's leaf may contain: EmailAddress::key() first, then mailbox(), which
  // a campaign that merges aliases uses.
  std::vector<std::string> email_keys;
};

// `leaves` is the published list: 64 lower-case hexadecimal digits and a line end for each entrant.
// It is read once, in memory that does not grow with it. Any bytes are safe in both inputs, and the
// JSON may be laid out in any way. Throws std::runtime_error if `leaves` cannot be read to its end.
//
// Two things are not checked, because they cannot be seen in what was published here: whether a
// drand round or a public source really had the value, and when the seal was published.
DrawReport check_draw(std::string_view transcript, std::istream& leaves,
                      const std::optional<Receipt>& receipt = std::nullopt);

}  // namespace promotions
