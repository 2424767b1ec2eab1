#include "storage/reserved_space.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace promotions {
namespace {

// How much more is reserved than is needed now, in bytes, because a call for each commit would cost
// too much. The smaller amount is tried if the disk has no room for the larger one.
constexpr std::int64_t kAhead = std::int64_t{4} << 20;
constexpr std::int64_t kLittleAhead = std::int64_t{64} << 10;

}  // namespace

ReservedSpace::ReservedSpace(const std::string& path)
    : fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC)), can_reserve_(fd_ >= 0) {}

ReservedSpace::~ReservedSpace() {
  if (fd_ >= 0) ::close(fd_);
}

bool ReservedSpace::cover(std::int64_t bytes) {
  if (!can_reserve_ || bytes <= covered_) return true;
  return reserve(bytes + kAhead) || reserve(bytes + kLittleAhead) || !can_reserve_;
}

bool ReservedSpace::reserve(std::int64_t bytes) {
  int result = 0;
  // KEEP_SIZE: the blocks lie behind the end of the file, whose size does not change.
  do {
    result = ::fallocate(fd_, FALLOC_FL_KEEP_SIZE, 0, bytes);
  } while (result != 0 && errno == EINTR);
  if (result == 0) {
    covered_ = bytes;
    return true;
  }
  // Any other error means that the file system does not know how to do so.
  can_reserve_ = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  return false;
}

}  // namespace promotions
