// The part of Draws that stops the list, seals it, and draws.
#include "promotions/manager/draws.h"

#include <algorithm>

#include "manager/entrant_chunker.h"
#include "manager/prize_changes.h"
#include "manager/stored_draw.h"
#include "promotions/base/encoding.h"
#include "promotions/base/log.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

// How much one write handles: other writes wait for some milliseconds only.
constexpr int kChunksAtOnce = 16;  // of 1024 entrants
constexpr int kTellAtOnce = 500;   // entrants

bool is_public(const Campaign& campaign) {
  return campaign.settings.beacon.kind == BeaconKind::public_source;
}

// Can anybody know the beacon's value already?
bool is_known(const Campaign& campaign, Time now) {
  const auto& known_from = campaign.settings.beacon.known_from;
  return known_from && now >= *known_from;
}

// When the list is sealed, as published: in whole seconds, and not before the terms or the end of
// the list, even if the clock was set back since.
Time sealing_time(Time now, const Terms& terms) {
  const Time whole = std::chrono::floor<std::chrono::seconds>(now);
  return std::max({whole, terms.at, terms.closes_at.value_or(whole)});
}

// Reads it from the job that asks the relays: a campaign has at most one unfinished job in the
// beacon lane.
std::optional<BeaconWait> beacon_wait(const Stores& stores, const Campaign& campaign) {
  if (!campaign.finishing_at || campaign.settings.beacon.kind != BeaconKind::drand) {
    return std::nullopt;
  }
  const auto job = stores.jobs.unfinished(campaign.id, lanes::kBeacon);
  if (!job) return std::nullopt;
  // Before the seal the job waits only if the relays do not tell the chain's rounds. Without an
  // error it is just about to seal.
  if (!campaign.sealed_at && job->last_error.empty()) return std::nullopt;
  return BeaconWait{job->last_error, job->attempt, job->created_at, job->run_at};
}

}  // namespace

// ---- Stopping the list

FinishResult Draws::finish_campaign(const Principal& who, std::string_view slug,
                                    const std::optional<std::string>& value, Millis patience) {
  const CampaignPtr campaign = campaigns_.find(slug);
  if (!campaign) return {};
  const auto result = [&](FinishOutcome outcome) {
    return FinishResult{.outcome = outcome, .campaign = campaign};
  };
  if (value) {
    // That of drand comes from relays alone, also if somebody knows the right one.
    const auto problem = is_public(*campaign)
                             ? value_problem(campaign->settings.beacon, *value)
                             : "does not belong to a beacon of the kind \"" +
                                   std::string(to_text(campaign->settings.beacon.kind)) + "\"";
    if (problem) {
      FinishResult refusal = result(FinishOutcome::invalid_value);
      refusal.problem = *problem;
      return refusal;
    }
  }
  if (!campaign->finishing_at || value) {
    const FinishOutcome outcome = stop_list(*campaign, value);
    if (outcome != FinishOutcome::finishing) return result(outcome);
    logs::info("campaign={} finish{} asked for by {}", campaign->id,
               value ? " with the beacon's value" : "", to_text(who));
  }
  const bool waits_for_value = is_public(*campaign) && !storage_.read([&](const Stores& stores) {
    return stores.campaigns.beacon_value(campaign->id).has_value();
  });
  // Without the value there is nothing to wait for but the seal.
  campaigns_.wait_until(slug, patience, [&](const CampaignPtr& now) {
    return !now || !now->finishing_at || now->finished_at || (waits_for_value && now->sealed_at);
  });
  FinishResult ending = peek_finish(slug);
  // seal() has opened the list again: all verified subscribers are excluded or disqualified, or it
  // was too late to seal it.
  if (ending.campaign && !ending.campaign->finishing_at) {
    ending.outcome = is_known(*ending.campaign, clock_.now())
                         ? FinishOutcome::value_known
                         : FinishOutcome::no_verified_subscribers;
  }
  return ending;
}

// Returns `finishing` if the list is stopped and the value stored, by this request or an earlier
// one.
FinishOutcome Draws::stop_list(const Campaign& campaign, const std::optional<std::string>& value) {
  const std::int64_t id = campaign.id;
  return storage_.write([&](Stores& stores) {
    const auto current = stores.campaigns.find(id);
    if (!current) return FinishOutcome::no_such_campaign;
    const Time now = clock_.now();
    if (value) {
      if (!current->sealed_at) return FinishOutcome::not_sealed;
      // A value that could still be replaced would let the administrator choose the winners.
      const auto kept = stores.campaigns.beacon_value(id);
      if (kept) return *kept == *value ? FinishOutcome::finishing : FinishOutcome::value_fixed;
      stores.campaigns.set_beacon_value(id, *value);
    } else {
      if (current->finishing_at) return FinishOutcome::finishing;
      const auto& closes_at = current->settings.closes_at;
      if (closes_at && now < *closes_at) return FinishOutcome::not_closed;
      if (is_known(*current, now)) return FinishOutcome::value_known;
      if (stores.campaigns.counts(id).verified == 0) return FinishOutcome::no_verified_subscribers;
      stores.campaigns.set_finishing(id, now);
    }
    // One kind of job seals and draws. For a value that comes after the list was stopped it is
    // enqueued a second time; what is sealed by then is not sealed again.
    const bool asks_relays = current->settings.beacon.kind == BeaconKind::drand;
    NewJob job = new_job(job_kinds::kFinishCampaign, {.campaign_id = id});
    if (asks_relays) {
      job.lane = lanes::kBeacon;
      job.max_attempts = job_kinds::kBeaconAttempts;
    }
    stores.jobs.enqueue(job, now);
    return FinishOutcome::finishing;
  });
}

FinishResult Draws::peek_finish(std::string_view slug) {
  const CampaignPtr campaign = campaigns_.find(slug);
  if (!campaign) return {};
  FinishResult result{.outcome = FinishOutcome::finished, .campaign = campaign};
  storage_.read([&](const Stores& stores) {
    const auto draw = stores.draws.find(campaign->id);
    result.entrants = draw ? draw->entrants : 0;
    if (campaign->finished_at) {
      result.drawn = stores.draws.drawn(campaign->id);
      result.events = stores.draws.events(campaign->id);
    } else {
      result.outcome = FinishOutcome::finishing;
      result.needs_value =
          is_public(*campaign) && draw && !stores.campaigns.beacon_value(campaign->id);
      result.beacon = beacon_wait(stores, *campaign);
    }
    return 0;
  });
  return result;
}

// ---- Sealing

// What was computed from the list.
struct Draws::List {
  MerkleRoot tree;  // over the chunks' roots
  std::int64_t entrants = 0;
  std::int64_t excluded = 0;
  std::int64_t disqualified = 0;
  std::int64_t changes = 0;  // CampaignStore::list_changes() before the list was read
};

// Reads the list, computes its tree, and stores its chunks. The list is stopped, so nobody joins it
// meanwhile, but subscribers can still be erased or disqualified; `changes` lets seal() notice
// that. Everything but the short writes runs outside the writer's thread.
Draws::List Draws::store_list(const Campaign& campaign) {
  constexpr int kRowsAtOnce = kChunksAtOnce * static_cast<int>(EntrantChunk::kEntrants);
  const std::int64_t id = campaign.id;
  const Exclusions exclusions(campaign.settings);
  // Chunks may be left from an attempt that was interrupted, or whose list changed meanwhile.
  while (storage_.write(
      [&](Stores& stores) { return stores.entrants.remove_some(id, kChunksAtOnce); })) {
  }
  // Read before the first row, so that every change that a row could miss is counted after it.
  List list;
  list.changes =
      storage_.read([&](const Stores& stores) { return stores.campaigns.list_changes(id); });
  EntrantChunker chunker;
  std::int64_t ticket = 0;
  for (bool is_last = false; !is_last;) {
    const auto rows = storage_.read(
        [&](const Stores& stores) { return stores.entrants.listed(id, ticket, kRowsAtOnce); });
    is_last = rows.size() < static_cast<std::size_t>(kRowsAtOnce);
    if (!is_last) ticket = rows.back().ticket;
    for (const ListedSubscriber& row : rows) {
      if (exclusions.contains(row.email_key)) {
        ++list.excluded;  // whether disqualified or not
      } else if (row.is_disqualified) {
        ++list.disqualified;
      } else {
        ++list.entrants;
        chunker.add(row);
      }
    }
    const auto chunks = is_last ? chunker.take_last() : chunker.take();
    for (const EntrantChunk& chunk : chunks) list.tree.add(chunk.root);
    storage_.write([&](Stores& stores) {
      for (const EntrantChunk& chunk : chunks) stores.entrants.insert(id, chunk);
    });
  }
  return list;
}

void Draws::seal(std::int64_t campaign_id, const ChooseRound& choose_round) {
  // Two at once would remove each other's chunks.
  const MutexLock one_at_a_time(sealing_);
  enum class Step { over, again };
  for (Step step = Step::again; step == Step::again;) {
    const auto campaign = storage_.read([&](const Stores& stores) {
      const auto found = stores.campaigns.find(campaign_id);
      const bool waits = found && found->finishing_at && !stores.draws.find(campaign_id);
      return waits ? found : std::nullopt;
    });
    if (!campaign) return;
    const List list = store_list(*campaign);
    step = storage_.write([&](Stores& stores) {
      const auto current = stores.campaigns.find(campaign_id);
      if (!current || !current->finishing_at || current->sealed_at) return Step::over;
      // Somebody left while the list was read: what was computed may contain them.
      if (stores.campaigns.list_changes(campaign_id) != list.changes) return Step::again;
      const CampaignSettings& settings = current->settings;
      const PublishedTerms terms = stores.terms.newest(campaign_id).value();
      const Time now = clock_.now();
      const Time sealed_at = sealing_time(now, terms.terms);
      // Nobody to draw, or an interrupted finish that goes on after the beacon's event: open the
      // list again.
      if (list.entrants == 0 || is_known(*current, sealed_at)) {
        stores.campaigns.set_finishing(campaign_id, std::nullopt);
        return Step::over;
      }
      Draw draw;
      draw.terms = terms.hash;
      draw.draw_delay = sealed_delay(settings);
      draw.entrants = list.entrants;
      draw.winners = settings.winners;
      draw.alternates = settings.alternates;
      draw.root = list.tree.root();
      draw.sealed_at = sealed_at;
      draw.beacon = settings.beacon;
      draw.excluded = list.excluded;
      draw.disqualified = list.disqualified;
      if (settings.beacon.kind == BeaconKind::drand) {
        const BeaconRound round = choose_round(sealed_at, draw.draw_delay);
        draw.beacon.round = round.round;
        stores.jobs.enqueue(
            new_job(job_kinds::kFetchBeacon, {.campaign_id = campaign_id, .run_at = round.at}),
            now);
      }
      stores.draws.insert(campaign_id, draw);
      for (std::size_t i = 0; i < settings.witnesses.size(); ++i) {
        enqueue_mail(stores, job_kinds::kSeal, campaign_id, 0, static_cast<std::int64_t>(i));
      }
      return Step::over;
    });
  }
}

// ---- Drawing

void Draws::draw(std::int64_t campaign_id, const std::optional<BeaconAnswer>& said) {
  struct Before {
    std::optional<Campaign> campaign;
    std::optional<Draw> draw;
    std::optional<Secret> secret;
    std::optional<std::string> given;
  };
  const Before before = storage_.read([&](const Stores& stores) {
    return Before{stores.campaigns.find(campaign_id), stores.draws.find(campaign_id),
                  stores.campaigns.secret(campaign_id), stores.campaigns.beacon_value(campaign_id)};
  });
  if (!before.campaign || before.campaign->finished_at || !before.draw) return;
  const Draw& draw = *before.draw;
  std::optional<BeaconAnswer> known = said;
  if (draw.beacon.kind == BeaconKind::none) known = BeaconAnswer{};
  if (draw.beacon.kind == BeaconKind::public_source) {
    known.reset();
    if (before.given) known = BeaconAnswer{*before.given};
  }
  if (!known) return;

  // Computed outside the writer's thread: what is sealed does not change any more.
  const Seed seed =
      draw_seed(hash_of(stored_seal(*before.campaign, draw)), before.secret.value(), known->value);
  const std::vector<Drawn> drawn = choose(campaign_id, draw, seed);
  storage_.write([&](Stores& stores) {
    // Another job may have drawn since: its result is the same one, but its mails are queued.
    const auto campaign = stores.campaigns.find(campaign_id);
    if (!campaign || campaign->finished_at) return;
    stores.draws.set_result(campaign_id, *known, seed);
    store_drawn(stores, campaign_id, drawn);
  });
}

// Who is drawn, in order, without their subscribers.
std::vector<Drawn> Draws::choose(std::int64_t campaign_id, const Draw& draw, const Seed& seed) {
  std::vector<Drawn> drawn;
  const auto wanted =
      static_cast<std::uint64_t>(draw.winners) + static_cast<std::uint64_t>(draw.alternates);
  for (const std::uint64_t index :
       choose_indices(seed, static_cast<std::uint64_t>(draw.entrants), wanted)) {
    const auto chunk = storage_.read([&](const Stores& stores) {
      return stores.entrants.chunk(campaign_id,
                                   static_cast<std::int64_t>(index / EntrantChunk::kEntrants));
    });
    Drawn one;
    one.position = static_cast<int>(drawn.size()) + 1;
    one.winner = one.position <= draw.winners;
    one.ticket = chunk.value().tickets.at(index % EntrantChunk::kEntrants);
    one.entrant = static_cast<std::int64_t>(index);
    drawn.push_back(std::move(one));
  }
  return drawn;
}

// Finishes the campaign, within a write: its result, and the mails that tell of it.
void Draws::store_drawn(Stores& stores, std::int64_t campaign_id,
                        const std::vector<Drawn>& drawn) const {
  const Time now = clock_.now();
  std::vector<std::int64_t> gone;  // winners who were erased after the seal
  for (Drawn one : drawn) {
    // An entrant who was erased after the seal still has a row, with the ticket.
    const Subscriber subscriber =
        stores.subscribers.find_by_ticket(campaign_id, one.ticket).value();
    one.subscriber_id = subscriber.id;
    stores.draws.insert_drawn(campaign_id, one);
    if (!one.winner) continue;
    if (subscriber.email.empty()) {
      gone.push_back(subscriber.id);
    } else {
      enqueue_mail(stores, job_kinds::kWinner, campaign_id, subscriber.id);
    }
  }
  stores.campaigns.set_finished(campaign_id, now);
  const Campaign campaign = stores.campaigns.find(campaign_id).value();
  PrizeChanges prizes(stores, campaign, now, max_attempts_);
  for (const std::int64_t subscriber_id : gone) prizes.withdraw(subscriber_id);
  enqueue_mail(stores, job_kinds::kAdminResult, campaign_id);
  if (campaign.settings.notify_not_drawn) {
    stores.jobs.enqueue(new_job(job_kinds::kTellNotDrawn, {.campaign_id = campaign_id}), now);
  }
}

void Draws::tell_not_drawn(std::int64_t campaign_id) {
  const auto campaign =
      storage_.read([&](const Stores& stores) { return stores.campaigns.find(campaign_id); });
  if (!campaign) return;
  const Exclusions exclusions(campaign->settings);
  // How far it has got is stored with the mails, so after an interruption nobody is mailed twice.
  while (storage_.write([&](Stores& stores) {
    const auto drawn = stores.draws.drawn(campaign_id);
    const auto rows =
        stores.entrants.listed(campaign_id, stores.draws.told_until(campaign_id), kTellAtOnce);
    for (const ListedSubscriber& row : rows) {
      const bool was_drawn = std::any_of(drawn.begin(), drawn.end(), [&](const Drawn& one) {
        return one.subscriber_id == row.id;
      });
      if (was_drawn || row.is_disqualified || exclusions.contains(row.email_key)) continue;
      enqueue_mail(stores, job_kinds::kNotDrawn, campaign_id, row.id);
    }
    if (!rows.empty()) stores.draws.set_told_until(campaign_id, rows.back().ticket);
    return rows.size() == kTellAtOnce;
  })) {
  }
}

void Draws::enqueue_mail(Stores& stores, const JobKind& kind, std::int64_t campaign_id,
                         std::int64_t subscriber_id, std::int64_t argument) const {
  stores.jobs.enqueue(
      new_job(kind,
              {.campaign_id = campaign_id, .subscriber_id = subscriber_id, .argument = argument},
              max_attempts_),
      clock_.now());
}

}  // namespace promotions
