// Errors that a person can fix. Expected outcomes of an operation are return values; these
// exceptions mean that something outside the program is not as it must be.
#pragma once

#include <stdexcept>
#include <string>

namespace promotions {

// The message reads "place: what is wrong; what would be right". Commands print it and exit with
// `exit_status`.
class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& message, int exit_status = 1)
      : std::runtime_error(message), exit_status_(exit_status) {}
  int exit_status() const { return exit_status_; }

 private:
  int exit_status_;
};

// Wrong configuration or usage: exit status 2.
class ConfigError final : public UserError {
 public:
  explicit ConfigError(const std::string& message) : UserError(message, 2) {}
};

}  // namespace promotions
