// A library for LD_PRELOAD that makes a disk, a clock or a process fail at a chosen call. It is
// part of no build that is shipped.
//
// It watches the calls that change the files of one database: $PROMOTIONS_FAULTS_PATH and the same
// name with -wal, -shm and -journal. What it does is told through a file that the test and this
// process have mapped, $PROMOTIONS_FAULTS: see Control, and control.py, which has the same layout.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

enum class Action : std::uint32_t { none, fail, kill_before, kill_halfway, kill_after };

// One bit each; a call counts if both its kind and its file are asked for.
enum Call : std::uint32_t { kWrite = 1, kSync = 2, kTruncate = 4 };
enum File : std::uint32_t { kNone = 0, kDatabase = 1, kLog = 2, kOther = 4 };

struct Control {
  std::atomic<std::uint32_t> calls;
  std::atomic<std::uint32_t> files;
  std::atomic<std::uint32_t> action;
  std::atomic<std::int32_t> error;      // errno of Action::fail
  std::atomic<std::uint32_t> for_good;  // not only once
  std::atomic<std::uint32_t> last;      // what it happened to: Call * 8 + File
  std::atomic<std::int64_t> countdown;  // 1: the next matching call; 0: nothing is to happen
  std::atomic<std::int64_t> seen;       // matching calls so far
  std::atomic<std::int64_t> happened;
  std::atomic<std::int64_t> clock_offset;  // of the time of day, in milliseconds
};
static_assert(sizeof(Control) == 56 && std::atomic<std::int64_t>::is_always_lock_free);

Control* control() {
  static Control* const mapped = []() -> Control* {
    const char* path = std::getenv("PROMOTIONS_FAULTS");
    const int fd = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return nullptr;
    void* const memory =
        ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    return memory == MAP_FAILED ? nullptr : static_cast<Control*>(memory);
  }();
  return mapped;
}

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// Which of the database's files `fd` is.
File file_of(int fd) {
  static const char* const database = std::getenv("PROMOTIONS_FAULTS_PATH");
  if (database == nullptr) return kNone;
  char link[64] = "/proc/self/fd/";
  char digits[16];
  int count = 0;
  for (int rest = fd; rest > 0 || count == 0; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  std::size_t end = std::strlen(link);
  while (count > 0) link[end++] = digits[--count];
  link[end] = '\0';
  char path[4096];
  const ssize_t length = ::readlink(link, path, sizeof path - 1);
  if (length <= 0) return kNone;
  path[length] = '\0';
  const std::size_t stem = std::strlen(database);
  if (std::strncmp(path, database, stem) != 0) return kNone;
  const char* const suffix = path + stem;
  if (*suffix == '\0') return kDatabase;
  if (std::strcmp(suffix, "-wal") == 0) return kLog;
  const bool is_ours = std::strcmp(suffix, "-shm") == 0 || std::strcmp(suffix, "-journal") == 0;
  return is_ours ? kOther : kNone;
}

// What is to happen at this call.
Action at(Call call, int fd) {
  Control* const orders = control();
  if (fd < 0 || orders == nullptr || (orders->calls & call) == 0) return Action::none;
  const File file = file_of(fd);
  if ((orders->files & file) == 0) return Action::none;
  ++orders->seen;
  std::int64_t left = orders->countdown;
  do {
    if (left <= 0) return Action::none;
  } while (!orders->countdown.compare_exchange_weak(left, left - 1));
  if (left > 1) return Action::none;
  if (orders->for_good != 0) orders->countdown = 1;
  orders->last = call * 8U + file;
  ++orders->happened;
  return static_cast<Action>(orders->action.load());
}

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

// For calls that have no half. `real` makes the call.
template <typename Real>
auto guarded(Call call, int fd, Real real) -> decltype(real()) {
  const Action action = at(call, fd);
  if (action == Action::kill_before || action == Action::kill_halfway) die();
  if (action == Action::fail) {
    errno = control()->error;
    return -1;
  }
  const auto result = real();
  if (action == Action::kill_after) die();
  return result;
}

// A write that fails, or is in the midst when the process dies, has left half of its bytes.
template <typename Real>
ssize_t guarded_write(int fd, std::size_t size, Real real) {
  const Action action = at(kWrite, fd);
  if (action == Action::kill_before) die();
  if (action == Action::fail || action == Action::kill_halfway) {
    if (size > 1) real(size / 2);
    if (action == Action::kill_halfway) die();
    errno = control()->error;
    return -1;
  }
  const ssize_t written = real(size);
  if (action == Action::kill_after) die();
  return written;
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return guarded_write(fd, size, [&](size_t count) { return real(fd, bytes, count); });
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return guarded_write(fd, size, [&](size_t count) { return real(fd, bytes, count, offset); });
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return guarded_write(fd, size, [&](size_t count) { return real(fd, bytes, count, offset); });
}

int fsync(int fd) {
  static auto* const real = next<int(int)>("fsync");
  return guarded(kSync, fd, [&] { return real(fd); });
}

int fdatasync(int fd) {
  static auto* const real = next<int(int)>("fdatasync");
  return guarded(kSync, fd, [&] { return real(fd); });
}

int ftruncate(int fd, off_t size) noexcept {
  static auto* const real = next<int(int, off_t)>("ftruncate");
  return guarded(kTruncate, fd, [&] { return real(fd, size); });
}

int ftruncate64(int fd, off64_t size) noexcept {
  static auto* const real = next<int(int, off64_t)>("ftruncate64");
  return guarded(kTruncate, fd, [&] { return real(fd, size); });
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
  const int result = real(clock, time);
  const Control* const orders = control();
  if (result != 0 || clock != CLOCK_REALTIME || orders == nullptr) return result;
  const std::int64_t offset = orders->clock_offset;
  time->tv_sec += offset / 1000;
  time->tv_nsec += offset % 1000 * 1'000'000;
  if (time->tv_nsec >= 1'000'000'000) {
    ++time->tv_sec;
    time->tv_nsec -= 1'000'000'000;
  } else if (time->tv_nsec < 0) {
    --time->tv_sec;
    time->tv_nsec += 1'000'000'000;
  }
  return result;
}

}  // extern "C"
