// A folder of its own as the working directory, and environment variables that do not outlive the
// test.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace promotions {

class Sandbox {
 public:
  Sandbox() : previous_(std::filesystem::current_path()) {
    std::string name = std::filesystem::temp_directory_path() / "promotions-config-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    std::filesystem::current_path(folder_);
  }
  ~Sandbox() {
    for (const std::string& name : variables_) ::unsetenv(name.c_str());
    std::filesystem::current_path(previous_);
    std::filesystem::remove_all(folder_);
  }
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }

  void set(const std::string& variable, const std::string& value) {
    ::setenv(variable.c_str(), value.c_str(), 1);
    variables_.push_back(variable);
  }

 private:
  std::filesystem::path previous_;
  std::filesystem::path folder_;
  std::vector<std::string> variables_;
};

}  // namespace promotions
