#include "promotions/domain/campaign.h"

#include <algorithm>

#include "promotions/domain/email_address.h"

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

std::optional<Verification> parse_verification(std::string_view text) {
  if (text == "link") return Verification::link;
  if (text == "confirm") return Verification::confirm;
  return std::nullopt;
}

std::optional<Duplicates> parse_duplicates(std::string_view text) {
  if (text == "reject") return Duplicates::reject;
  if (text == "conceal") return Duplicates::conceal;
  return std::nullopt;
}

CampaignState Campaign::state_at(Time now) const {
  if (finished_at) return CampaignState::finished;
  if (finishing_at) return CampaignState::finishing;
  if (settings.closes_at && now >= *settings.closes_at) return CampaignState::closed;
  if (settings.opens_at && now < *settings.opens_at) return CampaignState::scheduled;
  return CampaignState::open;
}

bool Exclusions::contains(std::string_view email_key) const {
  return entries_.contains(email_key) ||
         entries_.contains(email_key.substr(email_key.rfind('@') + 1));
}

std::optional<std::string> parse_exclusion(std::string_view text) {
  const bool is_domain = text.find('@', 1) == std::string_view::npos;
  if (!is_domain) {
    const auto address = EmailAddress::parse(text);
    return address ? std::optional(address->key()) : std::nullopt;
  }
  if (text.starts_with('@')) text.remove_prefix(1);
  const auto address = EmailAddress::parse("a@" + std::string(text));
  if (!address) return std::nullopt;
  return address->key().substr(2);
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSlug && is_slug_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '-' || is_slug_letter(c); });
}

bool is_locale(std::string_view text) {
  return text == "es" || text == "en";
}

}  // namespace promotions
