// The managers over a real database, with a clock that the test moves.
#pragma once

#include <optional>
#include <string>
#include <thread>

#include "promotions/manager/campaigns.h"
#include "promotions/manager/draws.h"
#include "promotions/manager/job_kinds.h"
#include "support/event.h"
#include "support/fixed_random.h"
#include "support/manual_clock.h"
#include "support/principals.h"
#include "support/samples.h"
#include "support/temp_folder.h"
#include "support/waiting.h"

namespace promotions {

// All settings at once.
inline CampaignChange to(const CampaignSettings& settings) {
  return [settings](CampaignSettings& stored) {
    stored = settings;
    return true;
  };
}

class Office {
 public:
  explicit Office(SignUpOptions options_ = {}) : options(options_) { open(); }

  // Starts over, as after the end of a process.
  void reopen() {
    draws.reset();
    sign_ups.reset();
    campaigns.reset();
    storage.reset();
    open();
  }

  Campaigns* operator->() { return &*campaigns; }

  // An open campaign, changed by `change`.
  template <typename Change>
  CampaignPtr create(const std::string& slug, Change change) {
    CampaignSettings settings = sample_settings();
    change(settings);
    campaigns->create(testing::kOwner, slug, settings);
    return campaigns->find(slug);
  }
  CampaignPtr create(const std::string& slug = "autumn") {
    return create(slug, [](CampaignSettings&) {});
  }

  SignUpResult sign_up(const std::string& email, const std::string& slug = "autumn") {
    return testing::add_subscriber(
        *sign_ups, {.campaign = slug, .email = email, .locale = {}, .age_confirmed = true});
  }
  SignUpOutcome outcome(const std::string& email, const std::string& slug = "autumn") {
    return sign_up(email, slug).outcome;
  }

  Subscriber subscriber(const std::string& key, const std::string& slug = "autumn") {
    const std::int64_t campaign = campaigns->find(slug)->id;
    return storage->write(
        [&](Stores& stores) { return stores.subscribers.find(campaign, key).value(); });
  }

  // The token of a mail that is written now; `variant`: to which sign-up, 0 being the first.
  std::string token(const Subscriber& subscriber, std::int64_t variant = 0) {
    return signer.sign({TokenPurpose::verify, subscriber.campaign_id, subscriber.id,
                        subscriber.email_key, variant},
                       clock.now());
  }

  // Signs up and verifies; the subscriber as stored then.
  Subscriber enter(const std::string& email, const std::string& slug = "autumn") {
    sign_up(email, slug);
    testing::verify_subscriber(*sign_ups, token(subscriber(email, slug)));
    return subscriber(email, slug);
  }

  // As an organiser does when people have entered.
  void exclude(const std::vector<std::string>& entries, const std::string& slug = "autumn") {
    campaigns->update(testing::kOwner, slug, [&](CampaignSettings& settings) {
      settings.exclusions = entries;
      return true;
    });
  }

  // Commits by a storage of its own, of which the managers do not hear.
  template <typename F>
  void behind_its_back(F&& write) {
    Storage elsewhere({.path = folder.file("promotions.db")});
    elsewhere.write(write);
  }

  // What the job of a finish does where no beacon is asked.
  void complete_finish(std::int64_t campaign_id) {
    draws->seal(campaign_id);
    draws->draw(campaign_id);
  }

  // Finishes while somebody waits for the result, with the job done by another thread.
  FinishResult finish_and_wait(const CampaignPtr& campaign) {
    Event announced;
    CommitListener listener = storage->listen([&](const Effects&) { announced.happen(); });
    std::thread worker([&] {
      const auto is_queued = [&] { return !jobs(job_kinds::kFinishCampaign).empty(); };
      if (announced.wait_until(is_queued)) complete_finish(campaign->id);
    });
    FinishResult result = draws->finish_campaign(testing::kOwner, campaign->slug,
                                                 std::chrono::duration_cast<Millis>(kDeadline));
    worker.join();
    listener.reset();
    return result;
  }

  std::vector<Job> jobs(std::string_view kind) {
    return storage->read(
        [&](const Stores& stores) { return stores.jobs.list({.kind = std::string(kind)}); });
  }
  std::size_t verification_mails() { return jobs(job_kinds::kVerification).size(); }

  TempFolder folder;
  ManualClock clock;
  FixedRandom random;
  const TokenSigner signer{TokenSecret{1, 2, 3}};
  const SignUpOptions options;
  std::optional<Storage> storage;
  std::optional<Campaigns> campaigns;
  std::optional<SignUps> sign_ups;
  std::optional<Draws> draws;

 private:
  void open() {
    storage.emplace(StorageOptions{.path = folder.file("promotions.db")});
    campaigns.emplace(*storage, clock, random);
    sign_ups.emplace(*storage, *campaigns, clock, random, signer, options);
    draws.emplace(*storage, *campaigns, *sign_ups, clock, signer, options.max_attempts);
  }
};

}  // namespace promotions
