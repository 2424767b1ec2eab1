// A value that is made when it is first needed. Private to render.
#pragma once

#include <mutex>
#include <optional>

namespace promotions {

// Thread-safe. The first thread that asks makes the value, and others wait for it. If making it
// throws, that thread gets the exception and the next one tries again.
template <typename Value>
class OnDemand {
 public:
  template <typename Make>
  const Value& get(Make&& make) const {
    std::call_once(once_, [&] { value_.emplace(make()); });
    return *value_;
  }

 private:
  mutable std::once_flag once_;
  mutable std::optional<Value> value_;
};

}  // namespace promotions
