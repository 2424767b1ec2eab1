#include "promotions/manager/campaigns.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <thread>

#include "manager/office.h"
#include "support/catch.h"
#include "support/log_capture.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

std::vector<std::string> slugs(Office& office) {
  std::vector<std::string> slugs;
  for (const CampaignView& view : office->views()) slugs.push_back(view.campaign->slug);
  return slugs;
}

}  // namespace

TEST_CASE("campaigns: what is created is found, in memory and after a restart", "[manager]") {
  Office office;
  CHECK_FALSE(office->find("autumn"));
  CHECK_FALSE(office->view("autumn"));
  CHECK(office->create(kOwner, "autumn", sample_settings()));
  const CampaignPtr campaign = office->find("autumn");
  REQUIRE(campaign);
  CHECK(campaign->settings == sample_settings());
  CHECK(campaign->created_at == office.clock.now());
  CHECK(office->find(campaign->id) == campaign);
  CHECK_FALSE(office->find(campaign->id + 1));
  office.reopen();
  CHECK(office->find("autumn")->settings == sample_settings());
}

TEST_CASE("campaigns: a slug is taken once", "[manager]") {
  Office office;
  CampaignSettings settings = sample_settings();
  CHECK(office->create(kOwner, "autumn", settings));
  settings.name = "another";
  CHECK_FALSE(office->create(kOwner, "autumn", settings));
  CHECK(office->find("autumn")->settings == sample_settings());
}

TEST_CASE("campaigns: views are in order of slugs, with state and counts", "[manager]") {
  Office office;
  office.create("b");
  office.create(
      "a", [&](CampaignSettings& settings) { settings.opens_at = office.clock.now() + Millis{1}; });
  office.enter("ana@example.org", "b");
  office.sign_up("ben@example.org", "b");
  CHECK(slugs(office) == std::vector<std::string>{"a", "b"});
  const auto views = office->views();
  CHECK(views[0].state == CampaignState::scheduled);
  CHECK(views[1].state == CampaignState::open);
  CHECK(views[1].subscribers.pending == 1);
  CHECK(views[1].subscribers.verified == 1);
  CHECK(office->view("b").value().subscribers.verified == 1);
  office.clock.advance(Millis{1});
  CHECK(office->view("a").value().state == CampaignState::open);
}

TEST_CASE("campaigns: an update is followed at once", "[manager]") {
  Office office;
  const CampaignPtr before = office.create();
  CampaignSettings settings = before->settings;
  settings.closes_at = office.clock.now();
  settings.name = "Late";
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  CHECK(office->find("autumn")->settings == settings);
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::over);
  CHECK(before->settings == sample_settings());  // a snapshot stays what it was
  CHECK(office->update(kOwner, "unknown", to(settings)) == UpdateOutcome::no_such_campaign);
  office.reopen();
  CHECK(office->find("autumn")->settings == settings);
}

TEST_CASE("campaigns: a change is made to what is stored, though memory does not know it yet",
          "[manager]") {
  Office office;
  const CampaignPtr before = office.create();
  office.behind_its_back([&](Stores& stores) {
    CampaignSettings settings = before->settings;
    settings.winners = 3;
    stores.campaigns.update(before->id, settings);
  });
  REQUIRE(office->find("autumn")->settings.winners == 1);
  CHECK(office->update(kOwner, "autumn", [](CampaignSettings& settings) {
    settings.name = "Autumn";
    return true;
  }) == UpdateOutcome::updated);
  CHECK(office->find("autumn")->settings.winners == 3);
  CHECK(office->find("autumn")->settings.name == "Autumn");
  CHECK(office->update(kOwner, "autumn", [](CampaignSettings& settings) {
    settings.name = "Winter";
    return false;
  }) == UpdateOutcome::refused);
  CHECK(office->find("autumn")->settings.name == "Autumn");
}

TEST_CASE("campaigns: changes of different fields at the same moment all hold", "[manager]") {
  constexpr int kRounds = 50;
  Office office;
  office.create("autumn", [&](CampaignSettings& settings) {
    settings.opens_at = office.clock.now() + Millis{1};  // afterwards these are fixed
  });
  const auto change_often = [&](auto change) {
    for (int i = 1; i <= kRounds; ++i) {
      office->update(kOwner, "autumn", [&](CampaignSettings& settings) {
        change(settings);
        return true;
      });
    }
  };
  std::thread winners([&] { change_often([](CampaignSettings& s) { ++s.winners; }); });
  std::thread alternates([&] { change_often([](CampaignSettings& s) { ++s.alternates; }); });
  winners.join();
  alternates.join();
  CHECK(office->find("autumn")->settings.winners == 1 + kRounds);
  CHECK(office->find("autumn")->settings.alternates == kRounds);
}

TEST_CASE("campaigns: after the list was stopped, what the draw rests on is fixed", "[manager]") {
  Office office;
  office.create();
  const Subscriber ana = office.enter("ana@example.org");
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  SECTION("while it draws") {}
  SECTION("when it is finished") {
    office.complete_finish(ana.campaign_id);
  }
  const CampaignSettings before = office->find("autumn")->settings;
  const auto update = [&](auto change) {
    CampaignSettings settings = before;
    change(settings);
    return office->update(kOwner, "autumn", to(settings));
  };
  const auto check_fixed = [&](UpdateOutcome outcome, auto change) {
    const UpdateResult result = update(change);
    CHECK(result == outcome);
    CHECK_FALSE(result.why.empty());
  };
  const auto promised = UpdateOutcome::terms_fixed;
  check_fixed(promised, [](CampaignSettings& s) { s.winners = 2; });
  check_fixed(promised, [](CampaignSettings& s) { s.alternates = 2; });
  check_fixed(promised, [](CampaignSettings& s) { s.opens_at = Time{}; });
  check_fixed(promised, [](CampaignSettings& s) { s.closes_at = Time{}; });
  check_fixed(promised, [](CampaignSettings& s) { s.name = "Autumn"; });
  check_fixed(promised, [](CampaignSettings& s) { s.prizes = {{{"Car"}, 1}}; });
  check_fixed(UpdateOutcome::list_stopped, [](CampaignSettings& s) { s.exclusions = {"b.org"}; });
  CHECK(office->find("autumn")->settings == before);
  CHECK(update([](CampaignSettings& s) { s.from_name = "AMPA"; }) == UpdateOutcome::updated);
  CHECK(office->find("autumn")->settings.from_name == "AMPA");
}

TEST_CASE("campaigns: once open the number of winners is fixed, or follows prizes that stay",
          "[manager]") {
  Office office;
  office.create("autumn", [&](CampaignSettings& settings) {
    settings.opens_at = office.clock.now() + Millis{1};
  });
  const auto update = [&](auto change) {
    CampaignSettings settings = office->find("autumn")->settings;
    change(settings);
    return office->update(kOwner, "autumn", to(settings)).outcome;
  };
  CHECK(update([](CampaignSettings& s) { s.winners = 2; }) == UpdateOutcome::updated);
  office.clock.advance(Millis{1});
  CHECK(update([](CampaignSettings& s) { s.winners = 3; }) == UpdateOutcome::terms_fixed);
  CHECK(update([](CampaignSettings& s) { s.alternates = 1; }) == UpdateOutcome::terms_fixed);
  CHECK(update([](CampaignSettings& s) { s.draw_delay = Millis{0}; }) ==
        UpdateOutcome::terms_fixed);
  CHECK(update([](CampaignSettings& s) { s.prizes = {{{"Car"}, 2}}; }) == UpdateOutcome::updated);
  CHECK(update([](CampaignSettings& s) {
          s.prizes = {{{"Car"}, 2}, {{"Mug"}, 1}};
          s.winners = 3;
        }) == UpdateOutcome::updated);
  CHECK(update([](CampaignSettings& s) { s.prizes.clear(); }) == UpdateOutcome::terms_fixed);
  CHECK(office->find("autumn")->settings.winners == 3);
}

TEST_CASE("campaigns: removing one takes its people along and frees the slug", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  office.create("other");
  const Subscriber ana = office.enter("ana@example.org");
  const std::string token = office.token(ana);
  office.sign_up("ana@example.org", "other");
  CHECK(office->remove(kOwner, "autumn"));
  CHECK_FALSE(office->remove(kOwner, "autumn"));
  CHECK_FALSE(office->find("autumn"));
  CHECK_FALSE(office->find(campaign->id));
  CHECK(slugs(office) == std::vector<std::string>{"other"});
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::no_such_campaign);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome ==
        VerifyOutcome::invalid_token);
  CHECK_FALSE(
      office.storage->read([&](const Stores& stores) { return stores.subscribers.find(ana.id); }));
  CHECK(office->view("other").value().subscribers.pending == 1);

  const CampaignPtr successor = office.create();
  CHECK(successor->id != campaign->id);
  CHECK(office->view("autumn").value().subscribers.verified == 0);
}

TEST_CASE(
    "campaigns: a removal that was interrupted is done for everybody, and its job completes it",
    "[manager]") {
  const LogCapture log;
  Office office;
  const CampaignPtr campaign = office.create();
  const Subscriber ana = office.enter("ana@example.org");
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.complete_finish(campaign->id);
  const auto is_stored = [&] {
    return office.storage->read(
        [&](const Stores& stores) { return stores.subscribers.find(ana.id).has_value(); });
  };
  SQLite::Database file(office.folder.file("promotions.db"), SQLite::OPEN_READWRITE);
  file.setBusyTimeout(60'000);
  file.exec(
      "CREATE TRIGGER refuse BEFORE DELETE ON subscribers BEGIN SELECT RAISE(ABORT, 'no'); END");
  CHECK(office->remove(kOwner, "autumn"));
  CHECK_FALSE(office->find("autumn"));
  CHECK(is_stored());
  const auto jobs = office.jobs(job_kinds::kPurgeCampaign);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].lane == lanes::kWork);
  CHECK(jobs[0].campaign_id == campaign->id);

  file.exec("DROP TRIGGER refuse");
  office.reopen();
  CHECK_FALSE(office->find("autumn"));
  CHECK_NOTHROW(office.complete_finish(campaign->id));
  office->purge(campaign->id);
  CHECK_FALSE(is_stored());
  CHECK_NOTHROW(office->purge(campaign->id));  // it may find everything done
}

TEST_CASE("campaigns: subscribers are listed by campaign", "[manager]") {
  Office office;
  office.create();
  office.create("other");
  office.enter("ana@example.org");
  office.sign_up("ben@example.org");
  office.sign_up("carl@example.org", "other");
  CHECK_FALSE(office.sign_ups->subscribers("unknown", {}));
  CHECK(office.sign_ups->subscribers("autumn", {}).value().subscribers.size() == 2);
  const auto verified = office.sign_ups->subscribers("autumn", {.state = SubscriberState::verified})
                            .value()
                            .subscribers;
  REQUIRE(verified.size() == 1);
  CHECK(verified[0].email == "ana@example.org");
}

TEST_CASE("campaigns: erasure removes one subscriber of that campaign", "[manager]") {
  Office office;
  office.create();
  office.create("other");
  const Subscriber ana = office.enter("ana@example.org");
  CHECK(office.sign_ups->erase_subscriber(kOwner, "unknown", ana.id) ==
        EraseOutcome::no_such_campaign);
  CHECK(office.sign_ups->erase_subscriber(kOwner, "other", ana.id) ==
        EraseOutcome::no_such_subscriber);
  CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", ana.id + 1) ==
        EraseOutcome::no_such_subscriber);
  CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", ana.id) == EraseOutcome::erased);
  CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", ana.id) ==
        EraseOutcome::no_such_subscriber);
  CHECK(office->view("autumn").value().subscribers.verified == 0);
  CHECK(office.enter("ana@example.org").ticket == 2);  // the ticket is not given out again
}

TEST_CASE("campaigns: erasure after the seal leaves only a ticket", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  const Subscriber ana = office.enter("ana@example.org");
  office.sign_up("ben@example.org");
  const Subscriber ben = office.subscriber("ben@example.org");
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.draws->seal(campaign->id);
  CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", ana.id) == EraseOutcome::erased);
  CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", ben.id) == EraseOutcome::erased);
  CHECK(office.sign_ups->subscribers("autumn", {}).value().subscribers.empty());
  CHECK(testing::verify_subscriber(*office.sign_ups, office.token(ana)).outcome ==
        VerifyOutcome::invalid_token);
  office.storage->read([&](const Stores& stores) {
    CHECK(stores.subscribers.find(ana.id).value().ticket == 1);
    CHECK_FALSE(stores.subscribers.find(ben.id));
    return 0;
  });
}
