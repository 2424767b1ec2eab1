// What a person at a terminal meets.
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <string>

#include "support/catch.h"

namespace {

// The real binary with a terminal of its own.
class AtTerminal {
 public:
  AtTerminal() {
    process_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (process_ == 0) {
      ::execl(PROMOTIONS_BINARY, "promotions", "admin", "add", "eva", nullptr);
      ::_exit(127);
    }
  }
  ~AtTerminal() {
    if (process_ > 0) end();
    ::close(terminal_);
  }
  AtTerminal(const AtTerminal&) = delete;
  AtTerminal& operator=(const AtTerminal&) = delete;

  // False if it ends before it has shown `text`.
  bool wait_for(const std::string& text) {
    std::array<char, 256> bytes{};
    while (shown_.find(text) == std::string::npos) {
      const ssize_t count = ::read(terminal_, bytes.data(), bytes.size());
      if (count <= 0) return false;
      shown_.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return true;
  }
  void type(const std::string& text) const {
    REQUIRE(::write(terminal_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void signal(int number) const { ::kill(process_, number); }
  bool has_echo() const {
    termios now{};
    REQUIRE(::tcgetattr(terminal_, &now) == 0);
    return (now.c_lflag & ECHO) != 0;
  }
  int wait_for_end() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return status;
  }

 private:
  void end() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  pid_t process_ = -1;
  int terminal_ = -1;
  std::string shown_;
};

}  // namespace

TEST_CASE("password: a terminal echoes again after whatever ends the prompt", "[integration]") {
  AtTerminal program;
  REQUIRE(program.wait_for("Password: "));
  CHECK_FALSE(program.has_echo());
  int expected = SIGINT;
  SECTION("an interrupt") {
    program.type("\x03");
  }
  SECTION("an interrupt at the second question") {
    program.type("open sesame\n");
    REQUIRE(program.wait_for("The same again: "));
    program.type("\x03");
  }
  SECTION("a request to end") {
    expected = SIGTERM;
    program.signal(SIGTERM);
  }
  const int status = program.wait_for_end();
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == expected);
  CHECK(program.has_echo());
}
