// What the tests of draws share: an office with entrants, and what it publishes.
#pragma once

#include <array>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "domain/merkle_path.h"
#include "manager/office.h"
#include "promotions/domain/draw_check.h"
#include "support/catch.h"
#include "support/principals.h"

namespace promotions {

using Tickets = std::vector<std::int64_t>;

inline std::string entrant_address(int number) {
  return "entrant" + std::to_string(number) + "@example.org";
}

// Nonces that are told apart.
inline std::array<unsigned char, 16> entrant_nonce(int number) {
  std::array<unsigned char, 16> nonce{};
  nonce[0] = static_cast<unsigned char>(number);
  nonce[1] = static_cast<unsigned char>(number / 256);
  return nonce;
}

// The power goes off the n-th time that somebody asks: what is being written then is lost.
class FatalClock final : public Clock {
 public:
  FatalClock(const Clock& clock, int calls) : clock_(clock), left_(calls) {}
  Time now() const override {
    if (--left_ < 0) throw std::runtime_error("the power is off");
    return clock_.now();
  }

 private:
  const Clock& clock_;
  mutable int left_;
};

class DrawOffice : public Office {
 public:
  // Verified ones with the tickets from `first`, all in one write.
  void enter_all(const CampaignPtr& campaign, int count, int first = 1) {
    storage->write([&](Stores& stores) {
      for (int number = first; number < first + count; ++number) {
        const auto id = stores.subscribers.insert(
            sample_subscriber(campaign->id, entrant_address(number), clock.now()));
        stores.subscribers.verify(id.value(), stores.campaigns.take_ticket(campaign->id),
                                  entrant_nonce(number), clock.now());
      }
    });
  }

  // As if its job had been claimed, and with the value that it would have fetched.
  void finish(const CampaignPtr& campaign) {
    draws->finish_campaign(testing::kOwner, campaign->slug, Millis{0});
    complete_finish(campaign->id);
  }

  Transcript transcript(const std::string& slug = "autumn") {
    return std::get<Transcript>(draws->transcript(slug));
  }
  Seal seal(const std::string& slug = "autumn") { return std::get<Seal>(draws->seal_of(slug)); }
  Proof proof(std::int64_t ticket, const std::string& slug = "autumn") {
    return std::get<Proof>(draws->proof(slug, ticket));
  }

  // As leaves.txt has them.
  std::string leaves(const std::string& slug = "autumn") {
    std::string text;
    for (std::int64_t chunk = 0;; ++chunk) {
      const auto some = draws->leaves(campaigns->find(slug)->id, chunk);
      if (some.empty()) return text;
      for (const Hash& leaf : some) text += to_hex(leaf) + "\n";
    }
  }

  // What is wrong with what is published; empty: nothing.
  std::string faults(const Kept& kept = {}, const std::string& slug = "autumn") {
    std::istringstream list(leaves(slug));
    std::string faults;
    for (const Check& check : check_draw(to_json(transcript(slug)).dump(), list, kept).checks) {
      if (check.outcome == Check::Outcome::failed) faults += check.name + ": " + check.detail;
    }
    return faults;
  }

  std::vector<Job> all_jobs(std::string_view kind) {
    return storage->read([&](const Stores& stores) {
      return stores.jobs.list({.kind = std::string(kind), .limit = 100'000});
    });
  }
};

inline bool leads_to_root(const Proof& proof) {
  return root_from_path(proof.leaf, proof.index, proof.entrants, proof.path) == proof.root;
}

inline Tickets tickets_of(const Transcript& transcript) {
  Tickets tickets;
  for (const DrawnEntry& entry : transcript.drawn) tickets.push_back(entry.ticket);
  return tickets;
}

inline auto with_prizes(int winners, int alternates) {
  return [=](CampaignSettings& settings) {
    settings.winners = winners;
    settings.alternates = alternates;
  };
}

}  // namespace promotions
