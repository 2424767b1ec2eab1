#include "cli/password.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

constexpr std::array kEndings{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// The terminal's settings from before. Global, because a signal handler gets no other arguments.
termios before_silence{};

// The terminal outlives this process, and must not stay silent.
extern "C" void restore_and_end(int number) {
  tcsetattr(STDIN_FILENO, TCSANOW, &before_silence);
  raise(number);  // SA_RESETHAND has restored the default action, which ends the process
}

// While this lives, the terminal does not show what is typed. A signal that ends the process
// restores the terminal, too.
class Unechoed {
 public:
  Unechoed() {
    tcgetattr(STDIN_FILENO, &before_silence);
    // SA_NODEFER: the signal is not blocked inside its handler, so raise() acts at once.
    struct sigaction ending {};
    ending.sa_handler = restore_and_end;
    ending.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER;
    for (std::size_t i = 0; i < kEndings.size(); ++i) {
      sigaction(kEndings.at(i), nullptr, &former_.at(i));
      // Under nohup, SIGHUP is ignored and stays so.
      if (former_.at(i).sa_handler != SIG_IGN) sigaction(kEndings.at(i), &ending, nullptr);
    }
    termios silent = before_silence;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Unechoed() {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_silence);
    for (std::size_t i = 0; i < kEndings.size(); ++i) {
      sigaction(kEndings.at(i), &former_.at(i), nullptr);
    }
    std::fputc('\n', stderr);  // the one that was typed was not shown either
  }
  Unechoed(const Unechoed&) = delete;
  Unechoed& operator=(const Unechoed&) = delete;

 private:
  std::array<struct sigaction, kEndings.size()> former_{};
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
  const Unechoed unechoed;  // before the prompt, so that nothing typed early is shown
  std::fputs(prompt, stderr);
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
  std::string password = ask("Password: ");
  if (ask("The same again: ") != password) {
    throw UserError("password: the two differ; expected the same twice", 2);
  }
  return password;
}

}  // namespace promotions
