// What templates of each kind of mail can name. Private to render.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace promotions {

// One row of the table. Names have dots between object and member, "[]" behind a list. The jobs of
// the mails must give what is here, and give nothing else that a template should name.
struct MailNames {
  std::string_view kind;
  bool is_to_subscriber = false;        // then it has `email` and `data.NAME`, too
  std::vector<std::string_view> own{};  // beside `campaign.…`

  // All of them; "data.*" stands for any one name in the data.
  std::vector<std::string_view> all() const;

  // The name's full path, if a template names it within sections over `scopes` (paths, the
  // outermost first). nullopt: there is nothing of that name.
  std::optional<std::string> find(std::span<const std::string> scopes, std::string_view name) const;

  // Is it printed, or an object or a list, which are only for sections?
  bool is_value(std::string_view path) const;

  // Where names are looked up in a section over `path`: the path itself, with "[]" for a list.
  std::string scope_of(const std::string& path) const;
};

// nullptr: no such kind.
const MailNames* mail_names(std::string_view kind);

}  // namespace promotions
