// Reading a password from a person or a pipe; never from the command line. Private to cli.
#pragma once

#include <string>

namespace promotions {

// The first line of standard input.
std::string read_password_from_stdin();

// Asks twice on the terminal, without showing what is typed. Throws UserError if there is no
// terminal or the two differ.
std::string ask_for_password();

}  // namespace promotions
