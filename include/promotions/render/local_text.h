// Times as people write and name them.
#pragma once

#include <string>
#include <string_view>

#include "promotions/base/clock.h"
#include "promotions/domain/locale.h"

namespace promotions {

// "24/11/2026 04:04 (hora de Madrid)" in Spanish, "24 November 2026, 04:04 (Madrid time)" in
// English. An unknown zone is shown in UTC. Where the zone's clock shows the same twice, its
// abbreviation tells which is meant: "25/10/2026 02:30 CEST (hora de Madrid)".
std::string to_local_text(Time time, std::string_view zone, Locale locale);

}  // namespace promotions
