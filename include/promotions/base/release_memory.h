// Empties a value and gives back the memory it owns.
#pragma once

#include <utility>

namespace promotions {

// `value = {}` does not: the standard library's strings keep their capacity when an empty one is
// moved into them.
template <typename T>
void release_memory(T& value) {
  [[maybe_unused]] const T released = std::exchange(value, T());
}

}  // namespace promotions
