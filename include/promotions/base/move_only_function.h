// The part of C++23's std::move_only_function (P0288) that is needed here: a std::function for
// callables that own something and so cannot be copied.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace promotions {

template <typename Signature>
class MoveOnlyFunction;

// Owns its callable. Not thread-safe.
template <typename Result, typename... Arguments>
class MoveOnlyFunction<Result(Arguments...)> {
 public:
  MoveOnlyFunction() = default;

  template <typename F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, MoveOnlyFunction> &&
           std::is_invocable_r_v<Result, std::decay_t<F>&, Arguments...>)
      // Implicit, as in the standard. "requires" keeps it from hiding the other constructors.
      // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
      MoveOnlyFunction(F&& function)
      : callable_(std::make_unique<Holder<std::decay_t<F>>>(std::forward<F>(function))) {}

  explicit operator bool() const { return callable_ != nullptr; }

  // Undefined unless it holds a callable.
  Result operator()(Arguments... arguments) {
    return callable_->call(std::forward<Arguments>(arguments)...);
  }

 private:
  struct Callable {
    virtual ~Callable() = default;
    virtual Result call(Arguments... arguments) = 0;
  };

  template <typename F>
  struct Holder final : Callable {
    explicit Holder(F&& function) : held(std::move(function)) {}
    explicit Holder(const F& function) : held(function) {}
    Result call(Arguments... arguments) override {
      return held(std::forward<Arguments>(arguments)...);
    }
    F held;
  };

  std::unique_ptr<Callable> callable_;
};

}  // namespace promotions
