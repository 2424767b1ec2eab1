// A parsed Mustache template and the values to render it with. Private to render.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "promotions/base/json.h"

namespace promotions {

enum class Escaping { none, html };

// A context, prepared for one kind of output. Strings are escaped here and not by the template, so
// that no choice of braces can leave one unescaped. For each array NAME there is also a boolean
// has_NAME, for text that should appear once and not for each item. Immutable and so thread-safe.
class Values {
 public:
  Values(const Json& context, Escaping escaping);
  ~Values();

  // The text that {{name}} becomes; empty if the value is not a text. Valid as long as this object.
  std::string_view text(const std::string& name) const;

 private:
  friend class Template;
  struct Tree;
  std::unique_ptr<const Tree> tree_;
};

class Template {
 public:
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

  // Throws std::invalid_argument with the reason of template_error(). `max_work` bounds the bytes
  // that one rendering may process, because nested lists multiply.
  explicit Template(std::string_view source, std::size_t max_work = kUnbounded);
  ~Template();
  Template(Template&&) noexcept;

  // Thread-safe. Unknown names become empty. Throws std::invalid_argument if it takes more than
  // `max_work`.
  std::string render(const Values& values) const;

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
  std::size_t source_bytes_;
  std::size_t max_work_;
};

}  // namespace promotions
