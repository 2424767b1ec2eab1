// Reading a password from a person, a pipe or a file; never from the command line. Private to cli.
#pragma once

#include <string>

namespace promotions {

// The first line. All throw UserError with exit status 2 if there is no password.
std::string read_password_from_stdin();
std::string read_password_from_file(const std::string& path);

// Asks twice on the terminal, without showing what is typed. Throws the same if there is no
// terminal or the two differ.
std::string ask_for_password();

}  // namespace promotions
