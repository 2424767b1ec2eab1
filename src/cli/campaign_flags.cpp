#include "cli/campaign_flags.h"

#include <fstream>
#include <sstream>

#include "cli/usage.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/domain/campaign_options.h"

namespace promotions {
namespace {

using Words = std::vector<std::string>;

// On the command line this word stands for null, and for the empty list.
constexpr char kNull[] = "null";
constexpr char kTrue[] = "true";
constexpr char kFalse[] = "false";

// `what` is what the file should be: "a JSON file".
std::string read_file(const std::string& path, const std::string& what) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) throw UserError(path + ": cannot be read; name " + what, kWrongUsage);
  return text.str();
}

std::string read_text_file(const std::string& path) {
  std::string text = read_file(path, "a text file");
  if (!is_utf8(text)) throw UserError(path + ": is not UTF-8; store it as that", kWrongUsage);
  return text;
}

OrderedJson read_json_file(const std::string& path) {
  OrderedJson json = OrderedJson::parse(read_file(path, "a JSON file"), nullptr, false);
  if (json.is_discarded())
    throw UserError(path + ": is not JSON; see docs/api.md and docs/templates.md", kWrongUsage);
  return json;
}

// The flag of an object's member. The first member, its kind, has the option's own flag:
// "--beacon",
// "--beacon-source".
std::string member_flag(const CampaignOption& option, const CommandMember& member) {
  const bool is_kind = member.member == option.value->command_form().members.front().member;
  std::string words = member.member;
  std::replace(words.begin(), words.end(), '_', '-');
  return option.flag_name() + (is_kind ? "" : "-" + words);
}

// "--no-notify-not-drawn"
std::string off_flag(const CampaignOption& option) {
  return "--no-" + option.flag_name().substr(2);
}

std::string what_it_takes(const CampaignOption& option, CampaignFlags::For purpose) {
  switch (option.value->command_form().kind) {
    case CommandForm::Kind::text:
    case CommandForm::Kind::text_or_null:
    case CommandForm::Kind::number:
    case CommandForm::Kind::members:
      return "; " + option.value->takes();
    case CommandForm::Kind::list: {
      const std::string& form = option.value->command_form().element_form;
      return "; " + (form.empty() ? "" : form + ", ") + "once for each, \"null\": none";
    }
    case CommandForm::Kind::text_file:
      return "; a text file of " + option.value->takes() + ", \"null\": none";
    case CommandForm::Kind::json_file:
      return "; a JSON file of " + option.value->takes() + ", \"null\": null";
    case CommandForm::Kind::json_changes:
      return purpose == CampaignFlags::For::create
                 ? "; a JSON file"
                 : "; a JSON file with those that change; null in it removes one";
    case CommandForm::Kind::flags:
      break;
  }
  return {};
}

// "How many win; 1 to 1000 (1)". For `update`, the default does not matter; instead it says when
// the option can no longer be changed.
std::string help_of(const CampaignOption& option, CampaignFlags::For purpose) {
  std::string help = option.help + what_it_takes(option, purpose);
  if (purpose == CampaignFlags::For::update) {
    switch (option.fixed) {
      case Fixed::never:
        return help;
      case Fixed::once_stopped:
        return help + "; fixed once the list is stopped";
      case Fixed::once_open:
        return help + "; fixed once open";
      case Fixed::once_open_without_prizes:
        return help + "; fixed once open, unless there are prizes";
    }
  }
  const std::string otherwise = option.default_text();
  if (!otherwise.empty()) help += " (" + otherwise + ")";
  return help;
}

// Keeps the word as text: only to_json() converts it. An empty list means that the flag is absent.
CLI::Option* add_text(CLI::App& command, const std::string& flag, Words& words,
                      const std::string& help) {
  return command.add_option_function<std::string>(
      flag, [&words](const std::string& word) { words = {word}; }, help);
}

void add_flags(CLI::App& command, const CampaignOption& option, Words& words,
               const std::string& help) {
  CLI::Option* on = command.add_flag_callback(
      option.flag_name(), [&words] { words = {kTrue}; }, help);
  command
      .add_flag_callback(
          off_flag(option), [&words] { words = {kFalse}; }, "The opposite")
      ->excludes(on);
}

// The object that the flags of its members describe. A member may imply the kind: --beacon-source
// alone means a public source.
OrderedJson members_json(const CampaignOption& option, const std::map<std::string, Words>& given) {
  OrderedJson json = OrderedJson::object();
  const CommandForm form = option.value->command_form();
  const std::string& kind = form.members.front().member;
  for (const CommandMember& member : form.members) {
    const Words& words = given.at(member_flag(option, member));
    if (words.empty()) continue;
    if (!json.contains(kind) && !member.implied_kind.empty()) json[kind] = member.implied_kind;
    json[member.member] = words.front();
  }
  return json;
}

OrderedJson list_json(const CampaignOption& option, const Words& words) {
  if (words == Words{kNull}) return OrderedJson::array();
  const CommandForm form = option.value->command_form();
  if (form.element == nullptr) return words;
  OrderedJson list = OrderedJson::array();
  for (const std::string& word : words) {
    auto element = form.element(word);
    if (!element) {
      throw UserError(
          option.flag_name() + ": " + word + " is not understood; write " + form.element_form,
          kWrongUsage);
    }
    list.push_back(*std::move(element));
  }
  return list;
}

// `words` are what was given for the flag, at least one.
OrderedJson json_of(CommandForm::Kind kind, const Words& words) {
  const std::string& word = words.front();
  switch (kind) {
    case CommandForm::Kind::text_or_null:
      return word == kNull ? OrderedJson(nullptr) : OrderedJson(word);
    case CommandForm::Kind::number:
      return std::stoi(word);  // was checked when the command line was read
    case CommandForm::Kind::flags:
      return word == kTrue;
    case CommandForm::Kind::text_file:
      return word == kNull ? "" : read_text_file(word);
    case CommandForm::Kind::json_file:
      return word == kNull ? OrderedJson(nullptr) : read_json_file(word);
    case CommandForm::Kind::json_changes:
      return read_json_file(word);
    case CommandForm::Kind::text:
    case CommandForm::Kind::list:     // handled by list_json()
    case CommandForm::Kind::members:  // handled by members_json()
      break;
  }
  return word;
}

}  // namespace

void CampaignFlags::add_to(CLI::App& command, For purpose) {
  command.add_option("SLUG", slug_, "The campaign's name in addresses: a-z, 0-9 and -")->required();
  for (const CampaignOption& option : campaign_options()) add_option(command, option, purpose);
}

void CampaignFlags::add_option(CLI::App& command, const CampaignOption& option, For purpose) {
  const std::string flag = option.flag_name();
  const std::string help = help_of(option, purpose);
  const CommandForm form = option.value->command_form();
  const bool is_required = option.is_required && purpose == For::create;
  Words& words = given_[flag];  // kept by CLI11; references into a std::map stay valid
  switch (form.kind) {
    case CommandForm::Kind::text:
    case CommandForm::Kind::text_or_null:
    case CommandForm::Kind::text_file:
    case CommandForm::Kind::json_file:
    case CommandForm::Kind::json_changes:
      add_text(command, flag, words, help)->required(is_required);
      break;
    case CommandForm::Kind::number:
      add_text(command, flag, words, help)
          ->check(whole_number(form.least, form.most))
          ->type_name("INT");
      break;
    case CommandForm::Kind::list:
      command.add_option(flag, words, help)->allow_extra_args(false)->take_all();
      break;
    case CommandForm::Kind::flags:
      add_flags(command, option, words, help);
      break;
    case CommandForm::Kind::members:
      for (const CommandMember& member : form.members) {
        const std::string name = member_flag(option, member);
        add_text(command, name, given_[name], name == flag ? help : member.help);
      }
      break;
  }
}

OrderedJson CampaignFlags::to_json() const {
  OrderedJson json = OrderedJson::object();
  for (const CampaignOption& option : campaign_options()) {
    const CommandForm::Kind kind = option.value->command_form().kind;
    if (kind == CommandForm::Kind::members) {
      OrderedJson members = members_json(option, given_);
      if (!members.empty()) json[option.name] = std::move(members);
    } else if (const Words& words = given_.at(option.flag_name()); !words.empty()) {
      json[option.name] =
          kind == CommandForm::Kind::list ? list_json(option, words) : json_of(kind, words);
    }
  }
  return json;
}

}  // namespace promotions
