// What storage throws when it cannot do its work. The work was not done, unless said otherwise.
#pragma once

#include <stdexcept>
#include <string>

namespace promotions {

// The disk or the file refuses (full, I/O error, corrupt), or a commit's fate is unknown. Clients
// are told 503: nothing that was acknowledged is affected.
class StorageUnavailable final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// More writes wait than may. Nothing was started.
class Overloaded final : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace promotions
