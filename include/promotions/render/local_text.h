// Times in the words of a language, for people.
#pragma once

#include <string>
#include <string_view>

#include "promotions/base/clock.h"
#include "promotions/domain/locale.h"

namespace promotions {

// "24/11/2026 04:04 (hora de Madrid)" in Spanish, "24 November 2026, 04:04 (Madrid time)" in
// English. For an unknown zone it shows UTC. If the zone's clock shows this time twice, the
// abbreviation is added: "25/10/2026 02:30 CEST (hora de Madrid)". Thread-safe.
std::string to_local_text(Time time, std::string_view zone, Locale locale);

}  // namespace promotions
