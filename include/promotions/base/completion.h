// The result of work that was handed to another thread: a value or an exception.
#pragma once

#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "promotions/base/move_only_function.h"

namespace promotions {

// Not thread-safe; it is moved from the thread that did the work to the one that wants the result.
template <typename T>
class Completion {
 public:
  Completion(T value) : ending_(std::in_place_index<0>, std::move(value)) {}
  Completion(std::exception_ptr error) : ending_(std::in_place_index<1>, std::move(error)) {}

  bool has_failed() const { return ending_.index() == 1; }

  std::exception_ptr error() const { return std::get<1>(ending_); }  // only if has_failed()

  // Moves the value out, or throws the exception. May be called once.
  T take() {
    if (has_failed()) std::rethrow_exception(std::get<1>(ending_));
    return std::move(std::get<0>(ending_));
  }

 private:
  std::variant<T, std::exception_ptr> ending_;
};

// The callback that receives the result. It is called once.
template <typename T>
using Done = MoveOnlyFunction<void(Completion<T>)>;

}  // namespace promotions
