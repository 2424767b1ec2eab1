#include <atomic>
#include <thread>

#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kHour = std::chrono::hours(1);

}  // namespace

TEST_CASE("verification: a token verifies once and says so afterwards", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  office.sign_up("Ana@example.org");
  const std::string token = office.token(office.subscriber("ana@example.org"));

  CHECK(testing::verify_subscriber(*office.sign_ups, token, VerifyIntent::look).outcome ==
        VerifyOutcome::pending);
  CHECK_FALSE(office.subscriber("ana@example.org").verified_at);  // looking changes nothing
  const VerifyResult result = testing::verify_subscriber(*office.sign_ups, token);
  CHECK(result.outcome == VerifyOutcome::verified);
  CHECK(result.campaign == campaign);
  CHECK(office.subscriber("ana@example.org").ticket == 1);
  CHECK(office.subscriber("ana@example.org").verified_at == office.clock.now());

  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome ==
        VerifyOutcome::already_verified);
  CHECK(testing::verify_subscriber(*office.sign_ups, token, VerifyIntent::look).outcome ==
        VerifyOutcome::already_verified);
  CHECK(office->view("autumn").value().subscribers.verified == 1);
  CHECK(office.enter("ben@example.org").ticket == 2);
}

TEST_CASE("verification: tokens that are not genuine are invalid", "[manager]") {
  Office office;
  office.create();
  office.create("other");
  office.sign_up("ana@example.org");
  office.sign_up("ben@example.org");
  const Subscriber ana = office.subscriber("ana@example.org");
  const auto is_invalid = [&](const std::string& token) {
    const VerifyResult result = testing::verify_subscriber(*office.sign_ups, token);
    return result.outcome == VerifyOutcome::invalid_token && !result.campaign;
  };
  const auto sign = [&](const TokenSubject& subject) {
    return office.signer.sign(subject, office.clock.now());
  };
  CHECK(is_invalid(""));
  CHECK(is_invalid("nonsense"));
  std::string changed = office.token(ana);
  changed[5] = changed[5] == 'A' ? 'B' : 'A';
  CHECK(is_invalid(changed));
  CHECK(is_invalid(TokenSigner(TokenSecret{9})
                       .sign({TokenPurpose::verify, ana.campaign_id, ana.id, ana.email_key},
                             office.clock.now())));
  CHECK(is_invalid(sign({TokenPurpose::verify, ana.campaign_id + 1, ana.id, ana.email_key})));
  CHECK(is_invalid(sign({TokenPurpose::verify, ana.campaign_id, ana.id + 1, ana.email_key})));
  CHECK(is_invalid(sign({TokenPurpose::verify, ana.campaign_id, ana.id + 99, ana.email_key})));
  CHECK(is_invalid(sign({TokenPurpose::verify, ana.campaign_id, ana.id, "ana@example.com"})));
  CHECK_FALSE(office.subscriber("ana@example.org").verified_at);
  CHECK_FALSE(is_invalid(office.token(ana)));
}

TEST_CASE("verification: a token of somebody erased is invalid, also after a new sign-up",
          "[manager]") {
  Office office;
  office.create();
  office.sign_up("ana@example.org");
  const Subscriber former = office.subscriber("ana@example.org");
  const std::string token = office.token(former);
  CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", former.id) == EraseOutcome::erased);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome ==
        VerifyOutcome::invalid_token);
  office.sign_up("ana@example.org");
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome ==
        VerifyOutcome::invalid_token);
}

TEST_CASE("verification: a token expires with the campaign's token_ttl, as it is now",
          "[manager]") {
  Office office;
  office.create("autumn", [](CampaignSettings& settings) { settings.token_ttl = 2 * kHour; });
  office.sign_up("ana@example.org");
  const std::string token = office.token(office.subscriber("ana@example.org"));
  const auto set_ttl = [&](Millis ttl) {
    CampaignSettings settings = office->find("autumn")->settings;
    settings.token_ttl = ttl;
    CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  };
  office.clock.advance(2 * kHour - Millis{1});
  CHECK(testing::verify_subscriber(*office.sign_ups, token, VerifyIntent::look).outcome ==
        VerifyOutcome::pending);
  office.clock.advance(Millis{1});
  CHECK(testing::verify_subscriber(*office.sign_ups, token, VerifyIntent::look).outcome ==
        VerifyOutcome::expired);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome == VerifyOutcome::expired);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).campaign == office->find("autumn"));
  CHECK_FALSE(office.subscriber("ana@example.org").verified_at);
  set_ttl(3 * kHour);
  CHECK(testing::verify_subscriber(*office.sign_ups, token, VerifyIntent::look).outcome ==
        VerifyOutcome::pending);
  set_ttl(kHour);
  CHECK(testing::verify_subscriber(*office.sign_ups, token, VerifyIntent::look).outcome ==
        VerifyOutcome::expired);
  set_ttl(3 * kHour);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome == VerifyOutcome::verified);
  office.clock.advance(9 * kHour);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome ==
        VerifyOutcome::already_verified);
}

TEST_CASE("verification: a campaign that is closed but not stopped still verifies", "[manager]") {
  Office office;
  office.create("autumn", [&](CampaignSettings& settings) {
    settings.closes_at = office.clock.now() + kHour;
  });
  office.sign_up("ana@example.org");
  const std::string token = office.token(office.subscriber("ana@example.org"));
  office.clock.advance(kHour);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome == VerifyOutcome::verified);
}

TEST_CASE("verification: after the finish it is too late, but who was verified is told so",
          "[manager]") {
  Office office;
  office.create();
  const Subscriber ana = office.enter("ana@example.org");
  office.sign_up("ben@example.org");
  const std::string late = office.token(office.subscriber("ben@example.org"));
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  for (int i = 0; i < 2; ++i) {
    CHECK(testing::verify_subscriber(*office.sign_ups, late).outcome == VerifyOutcome::over);
    CHECK(testing::verify_subscriber(*office.sign_ups, late, VerifyIntent::look).outcome ==
          VerifyOutcome::over);
    CHECK(testing::verify_subscriber(*office.sign_ups, office.token(ana)).outcome ==
          VerifyOutcome::already_verified);
    office.complete_finish(ana.campaign_id);
  }
  CHECK_FALSE(office.subscriber("ben@example.org").verified_at);
}

TEST_CASE("verification: memory that is behind the database does not let anybody in", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  office.sign_up("ana@example.org");
  office.storage->write(
      [&](Stores& stores) { stores.campaigns.set_finishing(campaign->id, office.clock.now()); });
  CHECK(testing::verify_subscriber(*office.sign_ups,
                                   office.token(office.subscriber("ana@example.org")))
            .outcome == VerifyOutcome::over);
}

TEST_CASE("verification: racing requests take one ticket", "[manager]") {
  constexpr int kThreads = 8;
  Office office;
  office.create();
  office.sign_up("ana@example.org");
  const std::string token = office.token(office.subscriber("ana@example.org"));
  std::atomic<int> verified{0};
  std::atomic<int> already{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const VerifyOutcome outcome = testing::verify_subscriber(*office.sign_ups, token).outcome;
        if (outcome == VerifyOutcome::verified) ++verified;
        if (outcome == VerifyOutcome::already_verified) ++already;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(verified == 1);
  CHECK(already == 159);
  CHECK(office.subscriber("ana@example.org").ticket == 1);
  CHECK(office.enter("ben@example.org").ticket == 2);
}

TEST_CASE("verify: whatever comes of a link, it is known in which language its sign-up was",
          "[manager]") {
  Office office;
  office.create();
  const auto sign_up = [&](const char* email, const char* data, const char* locale) {
    testing::add_subscriber(
        *office.sign_ups,
        {.campaign = "autumn", .email = email, .data = Json::parse(data), .locale = locale});
    return office.jobs(job_kinds::kVerification).back().argument;
  };
  sign_up("ana@example.org", "{}", "en");
  const std::int64_t variant = sign_up("ana@example.org", R"({"a":1})", "es");
  sign_up("eva@example.org", "{}", "");
  const Subscriber ana = office.subscriber("ana@example.org");
  const std::string first = office.token(ana);
  const std::string second = office.token(ana, variant);
  const std::string evas = office.token(office.subscriber("eva@example.org"));
  const auto locale = [&](const std::string& token, VerifyOutcome outcome,
                          VerifyIntent intent = VerifyIntent::confirm) {
    const VerifyResult result = testing::verify_subscriber(*office.sign_ups, token, intent);
    CHECK(result.outcome == outcome);
    return result.locale;
  };
  CHECK(locale(first, VerifyOutcome::pending, VerifyIntent::look) == "en");
  CHECK(locale(second, VerifyOutcome::pending, VerifyIntent::look) == "es");
  CHECK(locale(evas, VerifyOutcome::pending, VerifyIntent::look).empty());
  office.exclude({"ana@example.org"});
  CHECK(locale(first, VerifyOutcome::not_eligible) == "en");
  CHECK(locale(second, VerifyOutcome::not_eligible) == "es");
  office.exclude({});
  office.clock.advance(std::chrono::hours(24));
  CHECK(locale(second, VerifyOutcome::expired) == "es");
  CHECK(locale(first, VerifyOutcome::verified) == "en");
  CHECK(locale(first, VerifyOutcome::already_verified) == "en");
  CHECK(locale("x", VerifyOutcome::invalid_token).empty());
}

TEST_CASE("verify: an expired link says whether another sign-up would be taken", "[manager]") {
  Office office;
  office.create("autumn", [&](CampaignSettings& settings) {
    settings.token_ttl = kHour;
    settings.closes_at = office.clock.now() + 2 * kHour;
  });
  office.sign_up("ana@example.org");
  const std::string token = office.token(office.subscriber("ana@example.org"));
  for (const bool is_open : {true, false}) {
    office.clock.advance(kHour);
    const VerifyResult result = testing::verify_subscriber(*office.sign_ups, token);
    CHECK(result.outcome == VerifyOutcome::expired);
    CHECK(result.may_sign_up == is_open);
  }
}
