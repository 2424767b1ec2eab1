#include "promotions/domain/campaign.h"

#include <algorithm>

#include "promotions/base/unicode.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxSlug = 63;

bool is_slug_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string_view to_text(CampaignState state) {
  switch (state) {
    case CampaignState::scheduled:
      return "scheduled";
    case CampaignState::open:
      return "open";
    case CampaignState::closed:
      return "closed";
    case CampaignState::finishing:
      return "finishing";
    case CampaignState::finished:
      return "finished";
  }
  return "";
}

std::string_view to_text(Verification verification) {
  return verification == Verification::confirm ? "confirm" : "link";
}

std::string_view to_text(Duplicates duplicates) {
  return duplicates == Duplicates::conceal ? "conceal" : "reject";
}

std::string_view to_text(Aliases aliases) {
  return aliases == Aliases::merge ? "merge" : "distinct";
}

std::string_view to_text(Captcha captcha) {
  return captcha == Captcha::required ? "required" : "off";
}

std::optional<Aliases> parse_aliases(std::string_view text) {
  if (text == "distinct") return Aliases::distinct;
  if (text == "merge") return Aliases::merge;
  return std::nullopt;
}

std::string key_of(const EmailAddress& email, Aliases aliases) {
  return aliases == Aliases::merge ? email.mailbox() : email.key();
}

CampaignState Campaign::state_at(Time now) const {
  // What was stored comes first: once the list is stopped, the clock no longer matters.
  if (finished_at) return CampaignState::finished;
  if (finishing_at) return CampaignState::finishing;
  if (settings.closes_at && now >= *settings.closes_at) return CampaignState::closed;
  if (settings.opens_at && now < *settings.opens_at) return CampaignState::scheduled;
  return CampaignState::open;
}

namespace {

// Is `is_entry` true for the address, for its domain, or for the address without its tag
// ("name+tag@…")?
template <typename IsEntry>
bool is_excluded(std::string_view email_key, IsEntry is_entry) {
  const std::size_t at = email_key.rfind('@');
  const std::string_view domain = email_key.substr(at + 1);
  if (is_entry(email_key) || is_entry(domain)) return true;
  // A local part may have several "+", so each may begin the tag. One at the very start cannot.
  for (std::size_t plus = email_key.find('+', 1); plus < at; plus = email_key.find('+', plus + 1)) {
    const std::string without_tag = std::string(email_key.substr(0, plus)).append(email_key, at);
    if (is_entry(without_tag)) return true;
  }
  return false;
}

// The entry in the form in which it is compared where aliases are merged.
std::string merged_entry(const std::string& entry) {
  if (entry.find('@') != std::string::npos) return mailbox_of(entry);
  return mailbox_of("a@" + entry).substr(2);  // a domain; googlemail.com becomes gmail.com
}

}  // namespace

bool is_excluded_by(const CampaignSettings& settings, std::string_view email_key) {
  const std::vector<std::string>& entries = settings.exclusions;
  if (entries.empty()) return false;
  return is_excluded(email_key, [&](std::string_view form) {
    return std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
      return settings.aliases == Aliases::merge ? merged_entry(entry) == form : entry == form;
    });
  });
}

Exclusions::Exclusions(const CampaignSettings& settings) {
  for (const std::string& entry : settings.exclusions) {
    entries_.insert(settings.aliases == Aliases::merge ? merged_entry(entry) : entry);
  }
}

bool Exclusions::contains(std::string_view email_key) const {
  return is_excluded(email_key, [&](std::string_view form) { return entries_.contains(form); });
}

std::optional<std::string> parse_exclusion(std::string_view given) {
  const std::string typed = as_typed(given);
  std::string_view text = typed;
  const bool is_domain = text.find('@', 1) == std::string_view::npos;
  if (!is_domain) {
    const auto address = EmailAddress::parse(text);
    return address ? std::optional(address->key()) : std::nullopt;
  }
  if (text.starts_with('@')) text.remove_prefix(1);
  // An address in the domain is checked and normalised instead of the domain alone.
  const auto address = EmailAddress::parse("a@" + std::string(text));
  if (!address) return std::nullopt;
  return address->key().substr(2);
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSlug && is_slug_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '-' || is_slug_letter(c); });
}

}  // namespace promotions
