// What storage throws when it cannot do its work. The work was not done then, unless stated
// otherwise.
#pragma once

#include <stdexcept>
#include <string>

namespace promotions {

// The disk or the file fails (full, I/O error, corrupt), or it is unknown whether a commit is on
// the disk. Clients get 503. Nothing that was acknowledged is affected.
class StorageUnavailable final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Too many writes are waiting. This one was not started.
class Overloaded final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace promotions
