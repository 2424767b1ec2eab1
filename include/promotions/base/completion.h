// How something that was handed over has ended: with a value, or with an exception.
#pragma once

#include <exception>
#include <utility>
#include <variant>

namespace promotions {

template <typename T>
class Completion {
 public:
  Completion(T value) : ending_(std::in_place_index<0>, std::move(value)) {}
  Completion(std::exception_ptr error) : ending_(std::in_place_index<1>, std::move(error)) {}

  bool has_failed() const { return ending_.index() == 1; }

  std::exception_ptr error() const { return std::get<1>(ending_); }  // if it has failed

  // The value; throws the exception if it ended with one. Once.
  T take() {
    if (has_failed()) std::rethrow_exception(std::get<1>(ending_));
    return std::move(std::get<0>(ending_));
  }

 private:
  std::variant<T, std::exception_ptr> ending_;
};

}  // namespace promotions
