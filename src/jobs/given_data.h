// The data of a sign-up, in the form in which a mail shows it to the person who is to confirm it.
// Private to jobs.
#pragma once

#include <string>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

// Returns a list of {name, value}. Both are texts of one line, because anybody can sign up any
// address: what they give must not look like a part of the mail. Empty values are left out.
Json given_list(const std::string& data, Locale locale);

}  // namespace promotions
