#include "cli/password.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

// The terminal does not show what is typed while this lives.
class Unechoed {
 public:
  Unechoed() {
    tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Unechoed() {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputc('\n', stderr);
  }
  Unechoed(const Unechoed&) = delete;
  Unechoed& operator=(const Unechoed&) = delete;

 private:
  termios before_{};
};

std::string first_line(std::istream& input, const std::string& place) {
  std::string line;
  std::getline(input, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) {
    throw UserError(place + ": holds no password; expected one on the first line", 2);
  }
  if (!is_utf8(line)) {
    throw UserError(place +
                        ": the password is not UTF-8; set the terminal to UTF-8, or leave out "
                        "letters with accents",
                    2);
  }
  return line;
}

std::string ask(const char* prompt) {
  std::fputs(prompt, stderr);
  const Unechoed unechoed;
  return first_line(std::cin, "password");
}

}  // namespace

std::string read_password_from_stdin() {
  return first_line(std::cin, "standard input");
}

std::string read_password_from_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw UserError(path + ": cannot be read (" + std::strerror(errno) +
                        "); expected a readable file with the password",
                    2);
  }
  return first_line(file, path);
}

std::string ask_for_password() {
  if (isatty(STDIN_FILENO) != 1) {
    throw UserError("standard input: is not a terminal; use --password-stdin or --password-file",
                    2);
  }
  const std::string password = ask("Password: ");
  if (ask("The same again: ") != password) {
    throw UserError("password: the two differ; expected the same twice", 2);
  }
  return password;
}

}  // namespace promotions
