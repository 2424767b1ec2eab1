// The parts of checking a draw that are about the seal: what was promised, when, and the randomness
// that it named. Private to domain. Each function returns what is wrong, "seal.terms: expected …,
// found …" each.
#pragma once

#include <string>
#include <string_view>

#include "domain/drawn_check.h"
#include "promotions/domain/transcript.h"

namespace promotions {

// The terms are those that the seal names, and promise as many prizes as it has winners.
Wrongs check_terms(const Transcript& transcript);

// It was sealed under terms in force, after the list was closed.
Wrongs check_sealing_time(const Transcript& transcript);

// The value is one that the sealed beacon can have had, of a round or an event after the seal.
Wrongs check_value(const Transcript& transcript);

// The seal of the transcript is the one that somebody kept, of which `kept` is the whole text.
Wrongs check_kept_seal(const Seal& seal, std::string_view kept);

}  // namespace promotions
