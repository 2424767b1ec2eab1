// Reads a password from a person, a pipe or a file; never from the command line. Private to cli.
#pragma once

#include <string>

namespace promotions {

// Both return the first line. They throw UserError with exit status 2 if it is empty or not UTF-8,
// or cannot be read.
std::string read_password_from_stdin();
std::string read_password_from_file(const std::string& path);

// Asks twice on the terminal, without showing what is typed. Throws the same error if there is no
// terminal, or if the two differ.
std::string ask_for_password();

}  // namespace promotions
