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

#include "promotions/domain/sha256.h"

namespace promotions {

struct Check {
  enum class Outcome {
    passed,
    failed,
    skipped,     // another failure stands in its way
    not_checked  // nothing that was published could show it
  };
  std::string name;  // "root"
  Outcome outcome = Outcome::passed;
  // Fit for a terminal. failed: "seal.root: expected …, found …". not_checked: what to do, or what
  // has to be believed.
  std::string detail;
};

// The checks in the order of the draw. A check that failed has one entry for each failure; what it
// cannot show follows, an entry each.
struct DrawReport {
  std::vector<Check> checks;
  bool passed() const;  // no check failed; others do not count
};

using Nonce = std::array<unsigned char, 16>;

// Reads 32 lower-case hexadecimal digits. Returns nullopt for anything else.
std::optional<Nonce> parse_nonce(std::string_view text);

// The content of one entrant's receipt.
struct Receipt {
  std::int64_t ticket = 0;
  Nonce nonce{};
  std::string email_key;  // the address as the receipt prints it, compared byte by byte
};

// What a participant or a witness has kept, to be compared.
struct Kept {
  std::optional<Receipt> receipt{};
  std::optional<std::string> seal{};  // the whole text of a seal.json
  std::optional<Hash> commitment{};
  std::optional<Hash> terms{};  // the hash of the terms when it was kept
};

// `leaves` is the published list: 64 lower-case hexadecimal digits and a line end for each entrant.
// It is read once, and takes 64 bytes of memory for each. Any bytes are safe in all inputs. Throws
// std::runtime_error if `leaves` cannot be read to its end.
//
// The report says what takes more than what was published: whether a drand round or a public source
// really had the value, and when the seal was published.
DrawReport check_draw(std::string_view transcript, std::istream& leaves, const Kept& kept = {});

}  // namespace promotions
