// A file system of a few megabytes, for tests of a disk that is full.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace promotions {

// Runs `test` with a folder that holds `bytes` at most. It is mounted for one thread and those that
// it starts, in a mount namespace of their own. False, and nothing is run: this user may not.
bool on_small_disk(std::size_t bytes, const std::function<void(const std::string& folder)>& test);

}  // namespace promotions
