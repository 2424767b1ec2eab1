#include "cli/usage.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "cli/command.h"
#include "promotions/base/encoding.h"
#include "promotions/config/suggestion.h"

namespace promotions {
namespace {

constexpr char kHelp[] = "help";

using Names = std::vector<std::string>;

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

Names command_names(const CLI::App& app) {
  Names names;
  for (const CLI::App* command : commands_of(app)) names.push_back(command->get_name());
  return names;
}

const CLI::App* find_command(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command : commands_of(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// "promotions campaign create"
std::string place_of(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return (parent == nullptr ? "" : place_of(*parent) + " ") + app.get_name();
}

std::string list_of(const Names& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// Suggests the name that may be meant, by a slip or by its beginning; else `otherwise`.
std::string nearest_or(const std::string& given, const Names& known, const std::string& otherwise) {
  if (const auto nearest = suggestion(given, known)) return "did you mean " + *nearest + "?";
  const auto longer = std::find_if(known.begin(), known.end(),
                                   [&](const std::string& one) { return one.starts_with(given); });
  return longer == known.end() ? otherwise : "did you mean " + *longer + "?";
}

UserError unknown_command(const CLI::App& app, const std::string& given) {
  const Names names = command_names(app);
  return UserError(place_of(app) + ": there is no command \"" + given + "\"; " +
                       nearest_or(given, names, "expected one of " + list_of(names)),
                   kWrongUsage);
}

Names option_names(const CLI::App& app) {
  Names names;
  for (const CLI::App* one = &app; one != nullptr; one = one->get_parent()) {
    for (const CLI::Option* option : one->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

UserError unexpected(const CLI::App& app, const std::string& given) {
  const std::string see = "see " + place_of(app) + " --help";
  if (given.starts_with("-")) {
    // Without the option's value, which may be a secret.
    const std::string name = given.substr(0, given.find('='));
    return UserError(place_of(app) + ": there is no option " + name + "; " +
                         nearest_or(name, option_names(app), see),
                     kWrongUsage);
  }
  return UserError(place_of(app) + ": \"" + given + "\" is one word too many; " + see, kWrongUsage);
}

// The innermost command that was recognised.
const CLI::App& deepest(const CLI::App& app) {
  const CLI::App* current = &app;
  for (;;) {
    const auto given = current->get_subcommands();
    if (given.empty()) return *current;
    current = given.front();
  }
}

// How many words an option at `arguments[at]` takes, including its value; 0: it is no option. Of
// the options that may stand before a command, only two take a value.
std::size_t words_of_option(const std::vector<std::string>& arguments, std::size_t at) {
  const std::string& word = arguments[at];
  if (!word.starts_with("-")) return 0;
  return word == "--config" || word == "--set" ? 2 : 1;
}

// CLI11's messages may end in a full stop or a line break; ours do not.
std::string without_full_stop(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  return text;
}

}  // namespace

std::vector<std::string> with_help_option(const CLI::App& app, std::vector<std::string> arguments) {
  const CLI::App* current = &app;
  bool is_asked = false;
  for (std::size_t at = 0; at < arguments.size();) {
    if (const std::size_t words = words_of_option(arguments, at); words > 0) {
      at += words;
      continue;
    }
    const bool is_leaf = commands_of(*current).empty();
    // Among a command's own words, "help" asks for help only as the last one, and not after "--":
    // "campaign show -- help" shows a campaign with that name.
    if (is_leaf && (at + 1 < arguments.size() || arguments[at - 1] == "--")) break;
    if (arguments[at] == kHelp) {
      is_asked = true;
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
      continue;
    }
    if (is_leaf) break;
    const CLI::App* next = find_command(*current, arguments[at]);
    if (next == nullptr) {
      // Otherwise parsing finds the error, and reports it with more context.
      if (is_asked) throw unknown_command(*current, arguments[at]);
      break;
    }
    current = next;
    ++at;
  }
  if (is_asked) arguments.emplace_back("--help");
  return arguments;
}

void require_utf8(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (is_utf8(arguments[i])) continue;
    const std::string before =
        i > 0 && is_utf8(arguments[i - 1]) ? ", after " + arguments[i - 1] : "";
    throw UserError("promotions: argument " + std::to_string(i + 1) + before +
                        ": is not UTF-8; set the terminal and its locale to UTF-8",
                    kWrongUsage);
  }
}

void require_words_after_dashes(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.back() != "--") return;
  throw UserError("promotions: nothing follows --; expected an argument, or no --", kWrongUsage);
}

UserError usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = deepest(app);
  const std::string place = place_of(command);
  const Names names = command_names(command);
  const auto left = app.remaining(true);  // the words that CLI11 could not place
  const auto word = std::find_if(left.begin(), left.end(),
                                 [](const std::string& one) { return !one.starts_with("-"); });
  if (!names.empty()) {  // a group such as "campaign", which needs a command
    const bool has_option = !left.empty() && left.front().starts_with("-");
    if (has_option && word == left.end()) return unexpected(command, left.front());
    if (word != left.end()) return unknown_command(command, *word);
    return UserError(place + ": a command is missing; expected one of " + list_of(names),
                     kWrongUsage);
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left.empty()) {
    return unexpected(command, left.front());
  }
  std::string what = without_full_stop(error.what());
  if (what.find("; ") == std::string::npos) what += "; see " + place + " --help";
  return UserError(place + ": " + what, kWrongUsage);
}

CLI::Validator whole_number(long long lowest, long long highest) {
  return CLI::Validator(
      [lowest, highest](const std::string& text) -> std::string {
        long long number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool is_number = end == text.data() + text.size() && !text.empty();
        const std::string given = text.size() > 40 ? text.substr(0, 40) + "…" : text;
        const std::string right = highest == std::numeric_limits<std::int64_t>::max()
                                      ? "expected a whole number from " + std::to_string(lowest)
                                      : "expected a whole number from " + std::to_string(lowest) +
                                            " to " + std::to_string(highest);
        if (is_number && error == std::errc{} && number >= lowest && number <= highest) return {};
        const bool is_out_of_range = is_number && error != std::errc::invalid_argument;
        return "\"" + given + "\" is " + (is_out_of_range ? "out of range" : "no number") + "; " +
               right;
      },
      "NUMBER");
}

CLI::Validator id_number() {
  return whole_number(1, std::numeric_limits<std::int64_t>::max());
}

}  // namespace promotions
