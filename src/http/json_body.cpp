#include "http/json_body.h"

#include <optional>
#include <string>
#include <vector>

namespace promotions {
namespace {

// The library parses without recursion, but copies and writes values recursively, so depth costs
// stack. No field needs more than four levels.
constexpr std::size_t kMaxDepth = 16;

Problem malformed(std::string detail) {
  return {ProblemCode::malformed_request, std::move(detail)};
}

// Builds the value from the events of the library's parser, and stops it at the first fault.
class StrictBuilder final : public nlohmann::json_sax<Json> {
 public:
  Json& root() { return root_; }
  std::optional<Problem>& problem() { return problem_; }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }

  // The parser also reports whole numbers here that do not fit 64 bits. As a double such a number
  // would become another one.
  bool number_float(number_float_t value, const string_t& written) override {
    if (written.find_first_of(".eE") == std::string::npos) {
      problem_ = invalid_field(path(), "too_many_digits",
                               "has more digits than a number keeps; send it as a string");
      return false;
    }
    return add(value);
  }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON has none

  bool key(string_t& name) override {
    if (open_.back()->contains(name)) {
      problem_ = malformed("the body has the member \"" + shortened(name) + "\" twice");
      return false;
    }
    keys_.back() = std::move(name);
    return true;
  }

  bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    constexpr int kNumberOverflow = 406;
    problem_ =
        malformed(error.id == kNumberOverflow ? "the body has a number beyond what can be kept"
                                              : "the body is not JSON in UTF-8");
    return false;
  }

 private:
  static std::string shortened(const std::string& name) {
    constexpr std::size_t kMaxShown = 60;
    const bool is_plain = name.size() <= kMaxShown;
    return is_plain ? name : "…";
  }

  // The path of the value being read, such as "data.x", as errors name fields.
  std::string path() const {
    std::string path;
    for (const std::string& key : keys_) {
      if (key.empty()) continue;
      if (!path.empty()) path += '.';
      path += key;
    }
    return path.empty() ? "body" : path;
  }

  template <typename Value>
  bool add(Value&& value) {
    place(std::forward<Value>(value));
    return true;
  }

  Json& place(Json value) {
    if (open_.empty()) return root_ = std::move(value);
    Json& parent = *open_.back();
    if (parent.is_object()) return parent[keys_.back()] = std::move(value);
    parent.push_back(std::move(value));
    return parent.back();
  }

  // The pointers in open_ stay valid, because nothing is added to a parent while its child is open.
  bool open(Json value) {
    if (open_.size() == kMaxDepth) {
      problem_ = malformed("the body is nested too deeply");
      return false;
    }
    open_.push_back(&place(std::move(value)));
    keys_.emplace_back();
    return true;
  }

  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;        // objects and arrays that have begun, the innermost last
  std::vector<std::string> keys_;  // for each of them: the member being read, "" for an array
  std::optional<Problem> problem_;
};

}  // namespace

std::variant<Problem, Json> parse_json_body(std::string_view text) {
  StrictBuilder builder;
  const bool is_read = Json::sax_parse(text.begin(), text.end(), &builder);
  if (builder.problem()) return *std::move(builder.problem());
  if (!is_read) return malformed("the body is not JSON in UTF-8");
  if (!builder.root().is_object()) return malformed("the body must be a JSON object");
  return std::move(builder.root());
}

}  // namespace promotions
