#include "support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>

namespace promotions {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  // Close-on-exec: another child must not hold this one's pipes open.
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(errno, "pipe");
  }
};

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  const Pipe to_child;
  const Pipe from_child;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to_child.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from_child.ends[1], STDOUT_FILENO);
  const int error = ::posix_spawnp(&id_, argv.front(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(to_child.ends[0]);
  ::close(from_child.ends[1]);
  input_ = to_child.ends[1];
  output_ = from_child.ends[0];
  if (error != 0) {
    ::close(input_);
    ::close(output_);
    fail(error, arguments.front());
  }
}

ChildProcess::~ChildProcess() {
  close_input();
  if (!status_) {
    signal(SIGKILL);
    wait();
  }
  ::close(output_);
}

void ChildProcess::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(input_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(errno, "write to child");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void ChildProcess::close_input() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

bool ChildProcess::fill(milliseconds at_most) {
  pollfd poll_for{output_, POLLIN, 0};
  if (::poll(&poll_for, 1, static_cast<int>(at_most.count())) <= 0) return false;
  std::array<char, 4096> bytes{};
  const ssize_t size = ::read(output_, bytes.data(), bytes.size());
  if (size <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(size));
  return true;
}

std::optional<std::string> ChildProcess::read_line(milliseconds at_most) {
  const auto deadline = steady_clock::now() + at_most;
  std::size_t end = 0;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0 || !fill(left)) return std::nullopt;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

void ChildProcess::signal(int number) const {
  if (!status_) ::kill(id_, number);
}

int ChildProcess::wait() {
  if (status_) return *status_;
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return *status_;
}

ProgramResult run_program(const std::vector<std::string>& arguments, std::string_view input) {
  ChildProcess child(arguments);
  // Beside the reading, lest both sides wait for the other to empty a full pipe.
  std::thread writer([&] {
    child.write(input);
    child.close_input();
  });
  ProgramResult result;
  while (const auto line = child.read_line(std::chrono::minutes(1))) result.output += *line + "\n";
  writer.join();
  result.status = child.wait();
  return result;
}

}  // namespace promotions
