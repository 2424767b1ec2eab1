// The header fields of an answer, as the bytes to send. Private to http.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace promotions {

class HeadFields {
 public:
  // Throws std::invalid_argument if the value holds a CR or LF: it could add fields of its own.
  void add(std::string_view name, std::string_view value) {
    if (value.find_first_of("\r\n") != std::string_view::npos) {
      throw std::invalid_argument("a header field holds a line end");
    }
    lines_.append(name).append(": ").append(value).append("\r\n");
  }

  const std::string& lines() const { return lines_; }  // each with its CRLF

 private:
  std::string lines_;
};

}  // namespace promotions
