// What was given with a sign-up, as a mail shows it to whoever is to confirm it. Private to jobs.
#pragma once

#include <string>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

// A list of {name, value}, both texts of one line: nothing given can look like a part of the mail.
// Values that say nothing are left out.
Json given_list(const std::string& data, Locale locale);

}  // namespace promotions
