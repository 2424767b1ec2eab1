#include "render/mail_names.h"

#include <algorithm>

namespace promotions {
namespace {

constexpr std::string_view kList = "[]";
constexpr std::string_view kAnyData = "data.*";

const std::vector<MailNames>& table() {
  static const std::vector<MailNames> rows{
      {"verification",
       true,
       {"given[].name", "given[].value", "has_given", "link", "valid_until", "prizes[].text",
        "prizes[].name", "prizes[].count", "prizes[].value", "has_prizes", "has_about"}},
      {"already_verified", true, {}},
      {"reminder",
       true,
       {"given[].name", "given[].value", "has_given", "link", "valid_until", "closes_at"}},
      {"receipt",
       true,
       {"ticket", "nonce", "email_key", "commitment", "terms", "check_commands", "proof_link",
        "draw_link", "withdraw_link"}},
      {"seal",
       false,
       {"entrants", "root", "commitment", "sealed_at", "beacon_text", "beacon_none", "seal_hash",
        "seal_json", "check_commands", "seal_link", "draw_link"}},
      {"winner",
       true,
       {"position", "ticket", "prize.text", "prize.name", "prize.value", "finished_at",
        "claim_link", "claim_until", "questions_email", "draw_link"}},
      {"claim_reminder",
       true,
       {"position", "ticket", "prize.text", "prize.name", "prize.value", "claim_link",
        "claim_until", "draw_link"}},
      {"prize_claimed",
       false,
       {"position", "ticket", "prize.text", "prize.name", "prize.value", "winner_email",
        "claimed_at", "draw_link"}},
      {"not_drawn", true, {"ticket", "draw_link"}},
      {"alternate_promoted",
       false,
       {"position", "ticket", "reason", "promoted.position", "promoted.ticket", "promoted.email",
        "draw_link"}},
      {"winner_unreachable",
       false,
       {"position", "ticket", "winner_email", "why", "server_reply", "retry_command",
        "correct_command", "claim_until", "has_alternate", "draw_link"}},
      {"admin_result",
       false,
       {"entrants", "finished_at", "winners[].position", "winners[].ticket", "winners[].email",
        "has_winners", "alternates[].position", "alternates[].ticket", "alternates[].email",
        "has_alternates", "draw_link", "transcript_link", "leaves_link"}},
  };
  return rows;
}

// A subscriber's data may have any name, but its values have no members of their own.
bool is_data(std::string_view path) {
  constexpr std::string_view prefix = "data.";
  return path.size() > prefix.size() && path.starts_with(prefix) &&
         path.find('.', prefix.size()) == std::string_view::npos;
}

bool has_prefix(std::string_view name, std::string_view path, std::string_view then) {
  return name.starts_with(path) && name.substr(path.size()).starts_with(then);
}

// Is it a name of the table, or an object or list that a name of the table begins with?
bool exists(const std::vector<std::string_view>& names, std::string_view path) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    if (name == kAnyData && is_data(path)) return true;
    return name == path || has_prefix(name, path, ".") || has_prefix(name, path, kList);
  });
}

}  // namespace

std::vector<std::string_view> MailNames::all() const {
  std::vector<std::string_view> names{"campaign.name",        "campaign.slug",
                                      "campaign.description", "campaign.admin_email",
                                      "campaign.organizer",   "campaign.contact_email",
                                      "campaign.rules_link",  "campaign.privacy_link"};
  if (is_to_subscriber) names.insert(names.end(), {"email", kAnyData});
  names.insert(names.end(), own.begin(), own.end());
  return names;
}

std::optional<std::string> MailNames::find(std::span<const std::string> scopes,
                                           std::string_view name) const {
  const auto names = all();
  const std::string_view first = name.substr(0, name.find('.'));
  if (first.empty()) return std::nullopt;
  const auto below = [](std::string_view scope, std::string_view what) {
    return std::string(scope).append(".").append(what);
  };
  // Like the engine: the innermost section that has the first part of the name decides. If that
  // section lacks the other parts, outer ones are not tried.
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    if (!exists(names, below(*scope, first))) continue;
    std::string path = below(*scope, name);
    if (exists(names, path)) return path;
    // What a subscriber's data contains is only known when a mail is rendered. A name that is not
    // in it is looked up outside.
    if (*scope != "data") return std::nullopt;
  }
  return exists(names, name) ? std::optional(std::string(name)) : std::nullopt;
}

bool MailNames::is_value(std::string_view path) const {
  const auto names = all();
  return std::find(names.begin(), names.end(), path) != names.end() ||
         (is_to_subscriber && is_data(path));
}

std::string MailNames::scope_of(const std::string& path) const {
  const bool is_list = std::any_of(
      own.begin(), own.end(), [&](std::string_view name) { return has_prefix(name, path, kList); });
  return is_list ? path + std::string(kList) : path;
}

const MailNames* mail_names(std::string_view kind) {
  const auto& rows = table();
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const MailNames& row) { return row.kind == kind; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace promotions
