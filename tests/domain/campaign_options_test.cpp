// The table of options: what it promises of itself, and that the documentation says the same.
#include "promotions/domain/campaign_options.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "support/catch.h"
#include "support/samples.h"

using namespace promotions;

namespace {

const std::string kApi = PROMOTIONS_SOURCE_DIR "/docs/api.md";

constexpr MailTemplateRules kAnyTemplate{
    [](std::string_view kind) { return kind == "winner" || kind == "verification"; },
    [](std::string_view /*kind*/, std::string_view source) {
      return source == "{{" ? std::optional(MailTemplateRules::Fault{"invalid", "line 1: odd"})
                            : std::nullopt;
    }};

struct ReadResult {
  CampaignSettings settings;
  FieldErrors errors;
  std::vector<std::string> unknown;
};

ReadResult read(const Json& given, const CampaignSettings& before = {}) {
  ReadResult result{before, {}, {}};
  read_options(given, kAnyTemplate, result.settings, result.errors,
               [&](const std::string& name) { result.unknown.push_back(name); });
  return result;
}

Json shown(const CampaignSettings& settings) {
  Json json = Json::object();
  for (const CampaignOption& option : campaign_options()) {
    json[option.name] = Json::parse(option.value->show(settings).dump());
  }
  return json;
}

// The cells of a line of a Markdown table, without what marks code.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  for (const char c : line.substr(1)) {
    if (c == '|') {
      const auto begin = cell.find_first_not_of(' ');
      const auto end = cell.find_last_not_of(' ');
      cells.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
      cell.clear();
    } else if (c != '`') {
      cell += c;
    }
  }
  return cells;
}

// The rows of the table in docs/api.md that begins with `head`.
std::vector<std::vector<std::string>> documented(const std::string& head) {
  std::ifstream file(kApi);
  std::string line;
  while (std::getline(file, line) && line != head) {
  }
  std::getline(file, line);  // |---|
  std::vector<std::vector<std::string>> rows;
  while (std::getline(file, line) && line.starts_with('|')) rows.push_back(cells_of(line));
  return rows;
}

std::string to_text(Fixed fixed) {
  switch (fixed) {
    case Fixed::never:
      return "";
    case Fixed::once_stopped:
      return "once stopped";
    case Fixed::once_open:
      return "once open";
    case Fixed::once_open_without_prizes:
      return "once open, without prizes";
  }
  return "?";
}

}  // namespace

TEST_CASE("options: docs/api.md says of each what the table says, in its order", "[domain]") {
  const auto rows = documented("| field | value | default | fixed | terms | |");
  const auto& options = campaign_options();
  REQUIRE(rows.size() == options.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CampaignOption& option = options[i];
    CAPTURE(option.name);
    REQUIRE(rows[i].size() == 6);
    CHECK(rows[i][0] == option.name);
    CHECK(rows[i][1] == option.value->takes());
    CHECK(rows[i][2] == (option.is_required              ? "required"
                         : !option.configured_by.empty() ? option.configured_by
                                                         : option.value->show({}).dump()));
    CHECK(rows[i][3] == to_text(option.fixed));
    CHECK(rows[i][4] == (option.is_term ? "yes" : ""));
  }
}

TEST_CASE("options: no two share a name or a flag, and each is found by its name", "[domain]") {
  std::set<std::string> names;
  std::set<std::string> flags;
  for (const CampaignOption& option : campaign_options()) {
    CAPTURE(option.name);
    CHECK(names.insert(option.name).second);
    CHECK(flags.insert(option.flag_name()).second);
    CHECK(find_campaign_option(option.name) == &option);
    CHECK_FALSE(option.help.empty());
  }
  CHECK(find_campaign_option("state") == nullptr);
}

TEST_CASE("options: what is shown of any settings is read back as the same", "[domain]") {
  const CampaignSettings settings = unusual_settings();
  const ReadResult result = read(shown(settings));
  CHECK(result.errors.empty());
  CHECK(result.unknown.empty());
  CHECK(result.settings == settings);
}

TEST_CASE("options: each has a row that compares, shows and changes it, and no other", "[domain]") {
  const CampaignSettings before;
  const CampaignSettings after = unusual_settings();
  const Json given = shown(after);
  CampaignSettings all = before;
  for (const CampaignOption& option : campaign_options()) {
    CAPTURE(option.name);
    // unusual_settings() must say something else than the default.
    CHECK_FALSE(option.value->is_same(before, after));
    CampaignSettings one = before;
    change_options({{option.name, given.at(option.name)}}, after, one);
    for (const CampaignOption& other : campaign_options()) {
      if (option.name == "prizes" && other.name == "winners") continue;  // it follows them
      CHECK(other.value->is_same(one, &other == &option ? after : before));
    }
    change_options({{option.name, given.at(option.name)}}, after, all);
  }
  CHECK(all == after);
}

TEST_CASE("options: members that are none are told apart, and change nothing", "[domain]") {
  const ReadResult result = read({{"nme", "x"}, {"state", "open"}, {"winners", 2}});
  CHECK(result.unknown == std::vector<std::string>{"nme", "state"});
  CHECK(result.errors.empty());
  CHECK(result.settings.winners == 2);
  CampaignSettings settings;
  change_options({{"nme", "x"}}, {}, settings);
  CHECK(settings == CampaignSettings{});
}

TEST_CASE("options: a text is stored in one form, and what has none yet is refused", "[domain]") {
  const auto settings =
      read({{"name", "Nin\u0303o"}, {"description", "uno\r\ndos\rtres\n\r\n"}}).settings;
  CHECK(settings.name == "Ni\u00F1o");
  CHECK(settings.description == "uno\ndos\ntres\n\n");
  const ReadResult refused = read({{"from_name", "a\u0378"}});
  REQUIRE(refused.errors.size() == 1);
  CHECK(refused.errors[0].field == "from_name");
  CHECK(refused.errors[0].code == "invalid");
  CHECK(refused.errors[0].detail ==
        "has the character U+0378, which Unicode has not assigned; leave it out");
}

TEST_CASE("options: a template is judged by the rules that are handed in", "[domain]") {
  const auto error_of = [](const Json& templates) {
    const ReadResult result = read({{"templates", templates}});
    CHECK(result.settings.templates.empty());
    REQUIRE(result.errors.size() == 1);
    const FieldError& error = result.errors.front();
    return error.field + " " + error.code + ": " + error.detail;
  };
  CHECK(error_of({{"winner", {{"text", "{{"}}}}) ==
        "templates.winner.text invalid: is not a template: line 1: odd");
  CHECK(error_of({{"raffle", {{"text", "x"}}}}) ==
        "templates.raffle unknown_field: is not a kind of mail");
}
