// The names that templates of each mail kind can use. Private to render. Immutable, and so
// thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace promotions {

// One row of the table. A name has a dot between an object and its member, and "[]" after a list.
// The job that writes the mail must provide these values, and no others that templates should use.
struct MailNames {
  std::string_view kind;
  bool is_to_subscriber = false;        // then it has `email` and `data.NAME`, too
  std::vector<std::string_view> own{};  // besides `campaign.…`

  // All names; "data.*" stands for any single name in the data.
  std::vector<std::string_view> all() const;

  // The full path of `name` as used inside sections over `scopes` (paths, the outermost first).
  // Returns nullopt if there is nothing of that name.
  std::optional<std::string> find(std::span<const std::string> scopes, std::string_view name) const;

  // True if it is a value that can be printed; false for an object or a list, which can only be
  // used as sections.
  bool is_value(std::string_view path) const;

  // The scope of a section over `path`, in which its names are looked up: the path, with "[]" added
  // for a list.
  std::string scope_of(const std::string& path) const;
};

// Returns nullptr if there is no such kind.
const MailNames* mail_names(std::string_view kind);

}  // namespace promotions
