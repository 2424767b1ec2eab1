// A value that is made when it is first asked for. Private to render.
#pragma once

#include <mutex>
#include <optional>

namespace promotions {

// Thread-safe: whoever asks first makes it, others wait for that. If making it throws, the next one
// to ask tries again.
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
