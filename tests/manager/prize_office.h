// What the tests of prizes share: an office whose campaign is drawn, and whose winners' mails end
// as the test says.
#pragma once

#include <string>
#include <vector>

#include "manager/draw_office.h"

namespace promotions {

inline constexpr Millis kWithin = std::chrono::hours(24);

// A finished campaign.
class PrizeOffice : public DrawOffice {
 public:
  template <typename Change>
  PrizeOffice(int entrants, int winners, int alternates, Change change, bool delivers = true) {
    campaign = create("autumn", [&](CampaignSettings& settings) {
      settings.winners = winners;
      settings.alternates = alternates;
      change(settings);
    });
    enter_all(campaign, entrants);
    finish(campaign);
    campaign = campaigns->find("autumn");
    if (delivers) deliver_all();
  }
  PrizeOffice(int entrants, int winners, int alternates)
      : PrizeOffice(entrants, winners, alternates, [](CampaignSettings&) {}) {}

  // The mail server takes the winners' mails that wait.
  void deliver_all() {
    for (const Job& job : jobs(job_kinds::kWinner)) {
      if (!job.finished_at) end_mail(job.id, JobEnding::done);
    }
  }
  // As the job does, but for the words.
  void end_claim(int position) { draws->end_claim(campaign->id, position, reason_for); }
  static std::string reason_for(DrawEventKind kind, Locale locale) {
    return std::string(to_text(kind)).append(" in ").append(locale.tag());
  }
  // As the dispatcher ends a job.
  void end_mail(std::int64_t id, JobEnding ending, const std::string& error = {}) {
    storage->write([&](Stores& stores) {
      stores.jobs.claim(lanes::kMail, 1000, 1, clock.now());
      Job job = stores.jobs.find(id).value();
      REQUIRE(job.state == JobState::running);
      REQUIRE((ending == JobEnding::done ? stores.jobs.complete(job, clock.now())
                                         : stores.jobs.fail(job, error, clock.now())));
      job.last_error = error;
      draws->hooks().ended(stores, job, ending, clock.now());
      for (const Job& other : stores.jobs.list({.state = JobState::running})) {
        stores.jobs.release(other, "");
      }
    });
  }
  std::int64_t mail_of(int position) {
    for (const Job& job : jobs(job_kinds::kWinner)) {
      if (job.subscriber_id == at(position).subscriber_id) return job.id;
    }
    return 0;
  }
  PrizeState state(int position) { return state_of(at(position)); }

  DisqualifyOutcome disqualify(int position) {
    return draws->disqualify(testing::kOwner, "autumn", position, "no answer").outcome;
  }
  // Who is promoted instead; 0: nobody.
  int promoted_for(int position) {
    const DisqualifyResult result =
        draws->disqualify(testing::kOwner, "autumn", position, "no answer");
    CHECK(result.outcome == DisqualifyOutcome::disqualified);
    CHECK(result.event.position == position);
    return static_cast<int>(result.event.promoted.value_or(0));
  }

  Drawn at(int position) {
    return draws->drawn(campaign->id).at(static_cast<std::size_t>(position) - 1);
  }
  std::string claim_token(int position, TokenPurpose purpose = TokenPurpose::claim) {
    const Drawn drawn = at(position);
    const std::string key = to_lower_ascii(drawn.email);
    return signer.sign({purpose, campaign->id, drawn.subscriber_id, key}, clock.now());
  }
  ClaimOutcome claim(int position, VerifyIntent intent = VerifyIntent::confirm) {
    return draws->claim(claim_token(position), intent).outcome;
  }

  // Positions of those who have got a winner mail, in order.
  std::vector<int> mailed() {
    std::vector<int> positions;
    for (const Job& job : jobs(job_kinds::kWinner)) {
      for (const Drawn& drawn : draws->drawn(campaign->id)) {
        if (drawn.subscriber_id == job.subscriber_id) positions.push_back(drawn.position);
      }
    }
    return positions;
  }

  CampaignPtr campaign;
};

inline void claimed_within_a_day(CampaignSettings& settings) {
  settings.claim_within = kWithin;
}

}  // namespace promotions
