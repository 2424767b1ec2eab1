// Asking before something that cannot be undone. Private to cli.
#pragma once

#include <string>

namespace promotions {

// "campaign finish: WHAT" is what will happen, in numbers. On a terminal the answer must be
// `expected`; without one, throws UserError with exit status 2 that says it all, and that --yes
// would do it. Throws UserError if the answer is another one.
void confirm(const std::string& place, const std::string& what, const std::string& expected);

}  // namespace promotions
