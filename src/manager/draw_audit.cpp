#include "promotions/manager/draw_audit.h"

#include <algorithm>
#include <istream>
#include <stdexcept>
#include <streambuf>
#include <unordered_map>

#include "manager/stored_draw.h"
#include "promotions/base/encoding.h"
#include "promotions/domain/draw_check.h"
#include "promotions/domain/merkle_tree.h"

namespace promotions {
namespace {

constexpr int kRowsAtOnce = 16'384;
constexpr std::size_t kMostProblems = 10;  // of one draw: more would say the same

// leaves.txt as it is published; reads one chunk at a time, so that no list is in memory whole.
class LeafStream final : public std::streambuf {
 public:
  LeafStream(const Stores& stores, std::int64_t campaign_id)
      : stores_(stores), campaign_id_(campaign_id) {}

 private:
  int_type underflow() override {
    const auto chunk = stores_.entrants.chunk(campaign_id_, next_++);
    text_.clear();
    if (chunk) {
      for (const Hash& leaf : chunk->leaves()) text_ += to_hex(leaf) + "\n";
    }
    if (text_.empty()) return traits_type::eof();
    setg(text_.data(), text_.data(), text_.data() + text_.size());
    return traits_type::to_int_type(text_.front());
  }

  const Stores& stores_;
  const std::int64_t campaign_id_;
  std::int64_t next_ = 0;
  std::string text_;
};

// Collects what is wrong with one draw.
class OneDraw {
 public:
  OneDraw(const Stores& stores, const Campaign& campaign, const Draw& draw)
      : stores_(stores), campaign_(campaign), draw_(draw) {}

  std::vector<std::string> run() {
    try {
      list();
      people();
      value();
      if (draw_.seed) drawn();
    } catch (const std::exception& error) {
      wrong(std::string("what is stored of it cannot be read: ") + error.what());
    }
    return std::move(wrongs_);
  }

 private:
  void wrong(const std::string& what) {
    if (wrongs_.size() < kMostProblems) wrongs_.push_back(what);
  }

  // Computes the roots of the chunks, and the root over those, and compares them with the seal.
  void list() {
    MerkleRoot tree;
    std::uint64_t entrants = 0;
    for (std::int64_t number = 0; const auto chunk = stores_.entrants.chunk(campaign_.id, number);
         ++number) {
      MerkleRoot root;
      for (const Hash& leaf : chunk->leaves()) root.add(leaf);
      if (root.root() != chunk->root) {
        wrong("the root of chunk " + std::to_string(number) + " is another one");
      }
      tree.add(root.root());
      entrants += chunk->keys.size();
    }
    if (entrants != static_cast<std::uint64_t>(draw_.entrants)) {
      wrong("its list has " + std::to_string(entrants) + " entrants, its seal says " +
            std::to_string(draw_.entrants));
    } else if (tree.root() != draw_.root.value()) {
      wrong("the root of its list is " + to_hex(tree.root()) + ", its seal says " +
            to_hex(*draw_.root));
    }
  }

  // Computes the leaves of all entrants that are not erased from their rows, and compares them with
  // the sealed ones. Rows and chunks both ascend by ticket, so one pass over each is enough.
  void people() {
    std::int64_t number = 0;
    auto chunk = stores_.entrants.chunk(campaign_.id, number);
    std::int64_t after = 0;
    for (bool is_last = false; !is_last && chunk;) {
      const auto rows = stores_.entrants.listed(campaign_.id, after, kRowsAtOnce);
      is_last = rows.size() < static_cast<std::size_t>(kRowsAtOnce);
      if (!is_last) after = rows.back().ticket;
      for (const ListedSubscriber& row : rows) {
        while (chunk && (chunk->tickets.empty() || chunk->tickets.back() < row.ticket)) {
          chunk = stores_.entrants.chunk(campaign_.id, ++number);
        }
        if (!chunk) return;  // past the last entrant
        const auto place =
            std::lower_bound(chunk->tickets.begin(), chunk->tickets.end(), row.ticket);
        if (place == chunk->tickets.end() || *place != row.ticket) continue;  // was excluded
        const auto key = chunk->keys.at(static_cast<std::size_t>(place - chunk->tickets.begin()));
        if (key != entrant_key(row.nonce, row.email_key)) {
          wrong("subscriber " + std::to_string(row.id) + " with ticket " +
                std::to_string(row.ticket) + " is not who was sealed");
        }
      }
    }
  }

  // The value that was given is the one that was drawn with, and a draw is there whole or not at
  // all.
  void value() {
    const auto given = stores_.campaigns.beacon_value(campaign_.id);
    if (draw_.said && draw_.beacon.kind == BeaconKind::public_source &&
        given != draw_.said->value) {
      wrong("it was drawn with another value than the one that was given");
    }
    if (draw_.seed.has_value() != campaign_.finished_at.has_value()) {
      wrong(draw_.seed ? "it has a seed, and is not finished" : "it is finished, and has no seed");
    }
    if (!draw_.seed && !stores_.draws.drawn(campaign_.id).empty()) {
      wrong("somebody was drawn, and there is no seed");
    }
  }

  // Checks the transcript as anybody can, and then that the rows of those drawn agree with the
  // list.
  void drawn() {
    LeafStream leaves(stores_, campaign_.id);
    std::istream stream(&leaves);
    const Transcript transcript = stored_transcript(stores_, campaign_, draw_);
    for (const Check& check : check_draw(to_json(transcript).dump(), stream).checks) {
      if (check.outcome == Check::Outcome::failed) wrong(check.name + ": " + check.detail);
    }
    for (const Drawn& one : stores_.draws.drawn(campaign_.id)) {
      const auto index = static_cast<std::size_t>(one.entrant);
      const auto chunk = stores_.entrants.chunk(
          campaign_.id, static_cast<std::int64_t>(index / EntrantChunk::kEntrants));
      // An entrant who was erased after the seal still has a row, with the ticket.
      const auto subscriber = stores_.subscribers.find(one.subscriber_id);
      if (!chunk || chunk->tickets.at(index % EntrantChunk::kEntrants) != one.ticket ||
          (subscriber && subscriber->ticket != one.ticket)) {
        wrong("position " + std::to_string(one.position) + " has ticket " +
              std::to_string(one.ticket) + ", which is another entrant's");
      }
    }
  }

  const Stores& stores_;
  const Campaign& campaign_;
  const Draw& draw_;
  std::vector<std::string> wrongs_;
};

// What is published of every campaign, sealed or not: its commitment is that of its secret, and its
// terms are those of its settings.
std::vector<std::string> promise_problems(const Stores& stores, const Campaign& campaign) {
  std::vector<std::string> problems;
  const auto secret = stores.campaigns.secret(campaign.id);
  // An older program may have left it to the next start to make them.
  if (campaign.commitment == Hash{}) return problems;
  if (!secret || commitment_of(*secret) != campaign.commitment) {
    problems.push_back("its commitment is not that of its secret");
  }
  try {
    const auto versions = stores.terms.all(campaign.id);
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (versions[i].terms.version != static_cast<std::int64_t>(i) + 1) {
        problems.push_back("version " + std::to_string(i + 1) + " of its terms is missing");
        break;
      }
      const auto hash = parse_hash(versions[i].terms.rules_sha256);
      if (!hash || !versions[i].terms.rules_url.empty()) continue;
      if (sha256(stores.terms.rules(campaign.id, *hash).value_or("")) != *hash) {
        problems.push_back("the rules of version " + std::to_string(i + 1) +
                           " of its terms are not those that were published");
      }
    }
    if (versions.empty()) {
      problems.push_back("its terms are missing");
    } else if (const Terms& newest = versions.back().terms;
               terms_of(campaign, newest.version, newest.at) != newest) {
      problems.push_back("its settings promise something else than its published terms");
    }
  } catch (const std::exception& error) {
    problems.push_back(error.what());
  }
  return problems;
}

}  // namespace

DrawAudit audit_draws(const Stores& stores) {
  constexpr char kWhatToDo[] =
      "; keep a copy of the database and compare it with what was published: something has changed"
      " what is stored";
  DrawAudit audit;
  for (const Campaign& campaign : stores.campaigns.all()) {
    for (const std::string& what : promise_problems(stores, campaign)) {
      audit.problems.push_back("campaign " + campaign.slug + ": " + what + kWhatToDo);
    }
    const auto draw = stores.draws.find(campaign.id);
    if (draw && !draw->root) continue;  // drawn by a program that published no seal
    if (!draw) {
      // A draw that is gone may be about to be repeated.
      if (campaign.finished_at) {
        audit.problems.push_back("campaign " + campaign.slug + ": is finished without a draw" +
                                 kWhatToDo);
      }
      continue;
    }
    ++audit.draws;
    for (const std::string& what : OneDraw(stores, campaign, *draw).run()) {
      audit.problems.push_back("the draw of " + campaign.slug + " does not come out: " + what +
                               kWhatToDo);
    }
  }
  return audit;
}

}  // namespace promotions
