// Room on the disk for what the log will be copied into. Private to storage.
#pragma once

#include <cstdint>
#include <string>

namespace promotions {

// On a full disk the log could be copied into the database and used again, but for the pages by
// which the database must grow. So the blocks for them are reserved when they are still few: behind
// the file's end, where they are not part of the file. A copied log gives up those that it did not
// need, so they are reserved anew.
//
// Used by the writer's thread only. Outlives every connection of this process to the file: closing
// any descriptor of it drops SQLite's locks.
class ReservedSpace {
 public:
  explicit ReservedSpace(const std::string& path);
  ~ReservedSpace();
  ReservedSpace(const ReservedSpace&) = delete;
  ReservedSpace& operator=(const ReservedSpace&) = delete;

  // Sees to it that the file can become so long. False: the disk has no room for it, or hardly.
  // Where a file system cannot reserve, it says yes.
  bool cover(std::int64_t bytes);
  // Of the database, -1 if there is none. Borrowed.
  int descriptor() const { return fd_; }

  // What was reserved may be gone.
  void forget() { covered_ = 0; }

 private:
  bool reserve(std::int64_t bytes);

  int fd_ = -1;
  bool can_reserve_ = true;
  std::int64_t covered_ = 0;
};

}  // namespace promotions
