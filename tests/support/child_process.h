// Another program, run by a test and ended with it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace promotions {

// Its stdin and stdout are pipes to us, its stderr is ours. One thread reads, one may write.
class ChildProcess {
 public:
  // `arguments` begins with the program, looked up in $PATH. Throws std::system_error.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  ~ChildProcess();  // SIGKILL if it still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t id() const { return id_; }
  void write(std::string_view bytes);
  void close_input();

  // Without its line end; nullopt at the end of output, or if there is none within `at_most`.
  std::optional<std::string> read_line(std::chrono::milliseconds at_most);

  void signal(int number) const;
  int wait();  // for its end; the exit status, or 128 + the signal that ended it

 private:
  pid_t id_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string buffer_;
  std::optional<int> status_;

  bool fill(std::chrono::milliseconds at_most);
};

struct ProgramResult {
  int status = 0;
  std::string output;
};

// Runs a program to its end with `input` on its stdin.
ProgramResult run_program(const std::vector<std::string>& arguments, std::string_view input = {});

}  // namespace promotions
