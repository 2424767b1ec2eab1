#include "promotions/domain/campaign.h"

#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time at(int minute) {
  return Time{std::chrono::minutes(minute)};
}

}  // namespace

TEST_CASE("campaign: follows the clock until it is finished", "[domain]") {
  Campaign campaign;
  CHECK(campaign.state_at(at(0)) == CampaignState::open);

  campaign.settings.opens_at = at(10);
  campaign.settings.closes_at = at(20);
  CHECK(campaign.state_at(at(10) - Millis{1}) == CampaignState::scheduled);
  CHECK(campaign.state_at(at(10)) == CampaignState::open);
  CHECK(campaign.state_at(at(20) - Millis{1}) == CampaignState::open);
  CHECK(campaign.state_at(at(20)) == CampaignState::closed);

  campaign.finishing_at = at(15);
  CHECK(campaign.state_at(at(5)) == CampaignState::finishing);
  CHECK(campaign.state_at(at(25)) == CampaignState::finishing);
  campaign.finished_at = at(16);
  CHECK(campaign.state_at(at(15)) == CampaignState::finished);
}

TEST_CASE("campaign: each bound works alone", "[domain]") {
  Campaign campaign;
  campaign.settings.opens_at = at(10);
  CHECK(campaign.state_at(at(9)) == CampaignState::scheduled);
  CHECK(campaign.state_at(at(99)) == CampaignState::open);
  campaign.settings.opens_at.reset();
  campaign.settings.closes_at = at(10);
  CHECK(campaign.state_at(at(9)) == CampaignState::open);
  CHECK(campaign.state_at(at(10)) == CampaignState::closed);
}

TEST_CASE("campaign: a slug is what can stand in a URL as it is", "[domain]") {
  for (const std::string& good :
       {std::string("a"), std::string("0"), std::string("demo"), std::string("navidad-2026"),
        std::string("a-"), std::string(63, 'a')}) {
    CAPTURE(good);
    CHECK(is_slug(good));
  }
  for (const std::string& bad :
       {std::string(), std::string("-a"), std::string("A"), std::string("a_b"), std::string("a b"),
        std::string("a/b"), std::string("ñ"), std::string("a\n"), std::string("a\0", 2),
        std::string(64, 'a')}) {
    CAPTURE(bad);
    CHECK_FALSE(is_slug(bad));
  }
}

TEST_CASE("campaign: words of its fields are read as they are written", "[domain]") {
  for (const auto value : {Aliases::distinct, Aliases::merge}) {
    CHECK(parse_aliases(to_text(value)) == value);
  }
  CHECK_FALSE(parse_aliases("Merge"));
  CHECK(to_text(CampaignState::scheduled) == "scheduled");
  CHECK(to_text(CampaignState::open) == "open");
  CHECK(to_text(CampaignState::closed) == "closed");
  CHECK(to_text(CampaignState::finishing) == "finishing");
  CHECK(to_text(CampaignState::finished) == "finished");
}

TEST_CASE("exclusions: an address excludes its forms with a tag, a domain all of its own",
          "[domain]") {
  CampaignSettings settings;
  settings.exclusions = {"boss@example.org", "example.com", "a+b@example.net"};
  const Exclusions exclusions(settings);
  const auto is_excluded = [&](std::string_view email_key) {
    CAPTURE(email_key);
    CHECK(exclusions.contains(email_key) == is_excluded_by(settings, email_key));
    return exclusions.contains(email_key);
  };
  for (const char* key :
       {"boss@example.org", "boss+1@example.org", "boss+@example.org", "boss+a+b@example.org",
        "anybody@example.com", "any+tag@example.com", "a+b@example.net", "a+b+c@example.net"}) {
    CHECK(is_excluded(key));
  }
  for (const char* key : {"bos@example.org", "boss1@example.org", "1+boss@example.org",
                          "+boss@example.org", "boss@example.net", "boss@sub.example.com",
                          "a@example.net", "a+c@example.net", "a+b1@example.net"}) {
    CHECK_FALSE(is_excluded(key));
  }
  CHECK_FALSE(Exclusions(CampaignSettings{}).contains("boss@example.org"));
}

TEST_CASE("exclusions: where aliases are merged, any name of a mailbox excludes it", "[domain]") {
  CampaignSettings settings;
  settings.aliases = Aliases::merge;
  settings.exclusions = {"boss+spam@example.org", "a.n.a@gmail.com", "googlemail.com"};
  const auto is_excluded = [&](const char* given) {
    CAPTURE(given);
    const std::string key = key_of(EmailAddress::parse(given).value(), settings.aliases);
    CHECK(Exclusions(settings).contains(key) == is_excluded_by(settings, key));
    return is_excluded_by(settings, key);
  };
  CHECK(is_excluded("boss@example.org"));
  CHECK(is_excluded("Boss+1@example.org"));
  CHECK(is_excluded("eva@gmail.com"));  // it is one with googlemail.com
  CHECK_FALSE(is_excluded("eva@example.org"));
  CHECK_FALSE(is_excluded("bo.ss@example.org"));
  settings.exclusions = {"a.n.a@gmail.com"};
  CHECK(is_excluded("an.a+x@googlemail.com"));
  CHECK_FALSE(is_excluded("eva@gmail.com"));
}

TEST_CASE("campaign: an address counts as its mailbox only where aliases are merged", "[domain]") {
  const auto email = EmailAddress::parse("An.a+News@GoogleMail.com").value();
  CHECK(key_of(email, Aliases::distinct) == "an.a+news@googlemail.com");
  CHECK(key_of(email, Aliases::merge) == "ana@gmail.com");
}
