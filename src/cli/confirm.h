// Asks before something is done that cannot be undone. Private to cli.
#pragma once

#include <string>

namespace promotions {

// Shows what will happen, in numbers, as "PLACE: WHAT", and asks for `expected` to be typed. Throws
// UserError if something else is typed. Without a terminal nobody can be asked: throws UserError
// with exit status 2, which says the same and names --yes.
void confirm(const std::string& place, const std::string& what, const std::string& expected);

}  // namespace promotions
