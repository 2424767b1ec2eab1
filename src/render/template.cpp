#include "render/template.h"

#include <array>
#include <charconv>
#include <cmath>
#include <deque>
#include <kainjow/mustache.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "promotions/render/mail_renderer.h"
#include "render/template_tags.h"

namespace promotions {
namespace {

using Data = kainjow::mustache::data;

constexpr double kMaxPlainNumber = 1e21;  // from here on JavaScript, too, writes an exponent

// Appended to a name in a tag that prints it. No source contains this character.
constexpr char kPrinted = '\x01';

// The engine looks up a name in the same way whether it prints the value or opens a section over
// it. A list must give different values for the two, so the names that are printed get a mark.
std::string with_marks(std::string_view source) {
  std::string marked;
  std::size_t done = 0;
  while (const auto tag = next_tag(source, done)) {
    const bool is_printed = tag->is_triple || tag->contents.find_first_of("#^/!") != 0;
    const std::size_t close = tag->end - (tag->is_triple ? 3 : 2);
    marked += source.substr(done, close - done);
    // The mark must touch the name: space in between would become a part of the name.
    if (is_printed) marked.erase(marked.find_last_not_of(" \t\r\n\f\v") + 1).push_back(kPrinted);
    marked += source.substr(close, tag->end - close);
    done = tag->end;
  }
  return marked.append(source.substr(done));
}

// The text to show instead of `c`; empty if `c` can stay. Control characters except tab and line
// ends become spaces, because they could act on the reader's screen.
std::string_view replacement(char c, Escaping escaping) {
  const auto byte = static_cast<unsigned char>(c);
  if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F) return " ";
  if (escaping == Escaping::none) return {};
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";  // &apos; is not known to old mail programs
    default:
      return {};
  }
}

std::string to_display(std::string_view text, Escaping escaping) {
  std::string result;
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view other = replacement(text[at], escaping);
    if (other.empty()) continue;
    result.append(text.substr(done, at - done)).append(other);
    done = at + 1;
  }
  return result.append(text.substr(done));
}

std::string to_display(double number) {
  std::array<char, 32> text{};
  const bool whole = std::trunc(number) == number && std::abs(number) < kMaxPlainNumber;
  const auto format = whole ? std::chars_format::fixed : std::chars_format::general;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, format).ptr;
  return {text.data(), end};
}

// Values for which a section is not shown become `false`, which the engine also prints as nothing.
Data to_data(const Json& value, Escaping escaping) {
  if (value.is_object()) {
    Data object(Data::type::object);
    for (const auto& [name, member] : value.items()) {
      object[name] = to_data(member, escaping);
      // A section over the list itself would repeat its text for each item.
      if (member.is_array()) object["has_" + name] = member.empty() ? Data(false) : Data("true");
    }
    return object;
  }
  if (value.is_array()) {
    Data list(Data::type::list);
    for (const Json& item : value) list.push_back(to_data(item, escaping));
    return list;
  }
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (!text.empty()) return Data(to_display(text, escaping));
  }
  if (value.is_boolean() && value.get<bool>()) return Data("true");
  if (value.is_number_float()) return Data(to_display(value.get<double>()));
  if (value.is_number()) return Data(value.dump());
  return Data(false);
}

// Looks up names: the first part in the innermost section that has it, and each part after a dot
// only inside the value before it. Also counts the work done, because the engine calls push() for
// each turn of a section and get() for each value. Not thread-safe; each rendering has its own.
class Scope final : public kainjow::mustache::basic_context<std::string> {
 public:
  Scope(const Data& root, std::size_t turn_cost, std::size_t max_work)
      : turn_cost_(turn_cost), work_left_(max_work) {
    push(&root);
  }

  void push(const Data* data) override {
    spend(turn_cost_);
    stack_.push_back(data);
  }

  void pop() override { stack_.pop_back(); }

  const Data* get(const std::string& name) const override {
    const bool is_printed = name.ends_with(kPrinted);
    const std::string asked = is_printed ? name.substr(0, name.size() - 1) : name;
    const Data* found = asked == "." ? stack_.back() : find(asked);
    if (is_printed && found != nullptr && found->is_non_empty_list()) found = joined(*found);
    if (found != nullptr && found->is_string()) spend(found->string_value().size());
    return found;
  }

  // No partials: the engine would parse a value as a template.
  const Data* get_partial(const std::string& /*name*/) const override { return nullptr; }

 private:
  const Data* find(const std::string& name) const {
    std::size_t dot = name.find('.');
    const std::string first = name.substr(0, dot);
    const Data* found = nullptr;
    for (auto data = stack_.rbegin(); data != stack_.rend() && found == nullptr; ++data) {
      found = (*data)->get(first);
    }
    while (found != nullptr && dot != std::string::npos) {
      const std::size_t begin = dot + 1;
      dot = name.find('.', begin);
      found = found->get(name.substr(begin, dot == std::string::npos ? dot : dot - begin));
    }
    return found;
  }

  // The texts of a list, separated by commas.
  const Data* joined(const Data& list) const {
    std::string text;
    for (const Data& item : list.list_value()) {
      if (!item.is_string()) continue;
      spend(item.string_value().size());
      if (!text.empty()) text += ", ";
      text += item.string_value();
    }
    return &joined_.emplace_back(std::move(text));
  }

  void spend(std::size_t bytes) const {
    if (bytes > work_left_) throw std::invalid_argument("the template makes too long a text");
    work_left_ -= bytes;
  }

  std::vector<const Data*> stack_;
  std::size_t turn_cost_;
  mutable std::size_t work_left_;
  mutable std::deque<Data> joined_;  // a deque, because the engine holds pointers to its elements
};

// The part of a stream that the engine needs. Because of their locale, the standard streams would
// cost more than the rendering.
struct Output {
  std::string text;
};

Output& operator<<(Output& output, const std::string& text) {
  output.text += text;
  return output;
}

}  // namespace

struct Values::Tree {
  Data root;
};

Values::Values(const Json& context, Escaping escaping)
    : tree_(std::make_unique<const Tree>(Tree{to_data(context, escaping)})) {}

Values::~Values() = default;

std::string_view Values::text(const std::string& name) const {
  const Data* found = tree_->root.get(name);
  return found != nullptr && found->is_string() ? std::string_view(found->string_value())
                                                : std::string_view();
}

// The engine's render() is not const, but it only ever changes the error of a partial or a lambda,
// and neither can occur here. So several threads may render with one engine at a time.
struct Template::Engine {
  kainjow::mustache::mustache mustache;
};

Template::Template(std::string_view source, std::size_t max_work)
    : source_bytes_(source.size()), max_work_(max_work) {
  if (const auto reason = template_error(source)) throw std::invalid_argument(*reason);
  // The engine must not escape: Values has done that.
  engine_ = std::make_unique<Engine>(Engine{kainjow::mustache::mustache(with_marks(source))});
  engine_->mustache.set_custom_escape([](const std::string& text) { return text; });
  if (!engine_->mustache.is_valid()) throw std::invalid_argument(engine_->mustache.error_message());
}

Template::~Template() = default;
Template::Template(Template&&) noexcept = default;

std::string Template::render(const Values& values) const {
  // Each turn of a section counts as the whole source, the most text that it can copy.
  Scope scope(values.tree_->root, source_bytes_, max_work_);
  Output output;
  engine_->mustache.render(scope, output);
  return std::move(output.text);
}

}  // namespace promotions
