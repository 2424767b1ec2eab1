#include "cli/password.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

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

std::string ask(const char* prompt) {
  std::fputs(prompt, stderr);
  const Unechoed unechoed;
  return read_password_from_stdin();
}

}  // namespace

std::string read_password_from_stdin() {
  std::string line;
  if (!std::getline(std::cin, line)) {
    throw UserError("standard input: is empty; give the password on its first line", 2);
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string ask_for_password() {
  if (isatty(STDIN_FILENO) != 1) {
    throw UserError("standard input: is not a terminal; use --password-stdin", 2);
  }
  const std::string password = ask("Password: ");
  if (ask("The same again: ") != password) throw UserError("password: the two differ; try again");
  return password;
}

}  // namespace promotions
