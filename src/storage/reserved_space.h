// Reserves room on the disk for the pages that the log will be copied into. Private to storage.
#pragma once

#include <cstdint>
#include <string>

namespace promotions {

// On a full disk the log could still be copied into the database and then used again, if the
// database did not have to grow. So the blocks by which it will grow are reserved early, behind the
// end of the file, where they are not part of it. Copying the log frees those that it did not need,
// so they must be reserved anew then.
//
// Used by the writer's thread only. Must outlive every connection of this process to the file,
// because closing any descriptor of the file drops SQLite's locks.
class ReservedSpace {
 public:
  explicit ReservedSpace(const std::string& path);
  ~ReservedSpace();
  ReservedSpace(const ReservedSpace&) = delete;
  ReservedSpace& operator=(const ReservedSpace&) = delete;

  // Makes sure that the file can become so long. Returns false if the disk has no room for that, or
  // hardly any beyond it. Returns true if the file system cannot reserve blocks.
  bool cover(std::int64_t bytes);
  // A descriptor of the database, borrowed; -1 if it could not be opened.
  int descriptor() const { return fd_; }

  // What was reserved may be gone, so the next cover() reserves anew.
  void forget() { covered_ = 0; }

 private:
  bool reserve(std::int64_t bytes);

  int fd_ = -1;
  bool can_reserve_ = true;
  std::int64_t covered_ = 0;  // the file can become so long, in bytes
};

}  // namespace promotions
