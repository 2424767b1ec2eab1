#include "domain/drawn_check.h"

#include <algorithm>

#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/merkle_tree.h"
#include "promotions/domain/prizes.h"

namespace promotions {
namespace {

std::string field_of(const char* array, std::size_t i, const char* field) {
  return std::string(array) + "[" + std::to_string(i) + "]." + field;
}

std::string role_of(bool winner) {
  return winner ? "winner" : "alternate";
}

// Entrants are sorted by ticket, and no two have the same one. So from one drawn entrant to the
// next the ticket grows at least as much as the index. The entrant at index 0 has ticket 1 or more.
Wrongs check_tickets(const Transcript& transcript) {
  Wrongs wrongs;
  std::vector<std::size_t> order(transcript.drawn.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return transcript.drawn[a].index < transcript.drawn[b].index;
  });
  std::int64_t index = 0;
  std::int64_t least = 1;  // the ticket of `index`, at least
  for (const std::size_t i : order) {
    const DrawnEntry& entry = transcript.drawn[i];
    least += entry.index - index;
    index = entry.index;
    if (entry.ticket < least) {
      wrongs.push_back(mismatch(field_of("drawn", i, "ticket"),
                                "at least " + std::to_string(least) + " at this index",
                                std::to_string(entry.ticket)));
    }
    least = std::max(least, entry.ticket);
  }
  return wrongs;
}

Wrongs check_keys(const Transcript& transcript) {
  Wrongs wrongs;
  for (std::size_t i = 0; i < transcript.drawn.size(); ++i) {
    const DrawnEntry& entry = transcript.drawn[i];
    const Hash leaf = entrant_leaf(entry.ticket, entry.key);
    if (leaf != entry.leaf) {
      wrongs.push_back(mismatch(field_of("drawn", i, "leaf"),
                                to_hex(leaf) + " as follows from ticket and key",
                                to_hex(entry.leaf)));
    }
  }
  return wrongs;
}

// Carries an event out; notes what is wrong with it. `earliest`: not before that.
void apply(const DrawEvent& event, std::size_t i, Time earliest, Prizes& prizes, Wrongs& wrongs) {
  if (event.at < earliest) {
    wrongs.push_back(mismatch(field_of("events", i, "at"),
                              "a time not before " + to_rfc3339(earliest), to_rfc3339(event.at)));
  }
  if (!prizes.may_be_disqualified(event.position)) {
    wrongs.push_back(mismatch(field_of("events", i, "position"),
                              "one that was drawn and not taken out yet",
                              std::to_string(event.position)));
  } else if (prizes.waits(event.position) && event.kind != DrawEventKind::disqualified) {
    wrongs.push_back(mismatch(field_of("events", i, "kind"),
                              "\"disqualified\", for who waits has no prize to lose",
                              std::string(to_text(event.kind))));
  }
  const auto text = [](std::optional<std::int64_t> position) {
    return position ? std::to_string(*position) : "null";
  };
  // A wrong event is applied, too, as well as it can be: later ones depend on its outcome.
  const auto heir = prizes.disqualify(event.position);
  if (event.promoted != heir) {
    wrongs.push_back(mismatch(field_of("events", i, "promoted"), text(heir), text(event.promoted)));
  }
}

Prizes prizes_of(const Transcript& transcript) {
  return {transcript.seal.winners, static_cast<std::int64_t>(transcript.drawn.size())};
}

// How many are drawn: min(entrants, winners + alternates).
std::int64_t drawn_count(const Seal& seal) {
  return std::min(seal.entrants, seal.winners + seal.alternates);
}

void add(Wrongs& wrongs, const Wrongs& more) {
  wrongs.insert(wrongs.end(), more.begin(), more.end());
}

}  // namespace

std::string mismatch(const std::string& field, const std::string& expected,
                     const std::string& found) {
  return field + ": expected " + expected + ", found " + found;
}

Wrongs check_drawn(const Transcript& transcript) {
  Wrongs wrongs;
  const auto count = static_cast<std::uint64_t>(drawn_count(transcript.seal));
  const std::vector<DrawnEntry>& drawn = transcript.drawn;
  if (drawn.size() != count) {
    wrongs.push_back(
        mismatch("drawn", std::to_string(count) + " entries", std::to_string(drawn.size())));
  }
  // No more than are listed: a longer draw begins with the shorter one, and what a transcript
  // claims must not cost more than what it is long.
  const auto indices =
      choose_indices(transcript.seed, static_cast<std::uint64_t>(transcript.seal.entrants),
                     std::min<std::uint64_t>(count, drawn.size()));
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const DrawnEntry& entry = drawn[i];
    if (entry.position != static_cast<std::int64_t>(i) + 1) {
      wrongs.push_back(mismatch(field_of("drawn", i, "position"), std::to_string(i + 1),
                                std::to_string(entry.position)));
    }
    const bool winner = static_cast<std::int64_t>(i) < transcript.seal.winners;
    if (entry.winner != winner) {
      wrongs.push_back(
          mismatch(field_of("drawn", i, "role"), role_of(winner), role_of(entry.winner)));
    }
    if (static_cast<std::uint64_t>(entry.index) != indices[i]) {
      wrongs.push_back(mismatch(field_of("drawn", i, "index"), std::to_string(indices[i]),
                                std::to_string(entry.index)));
    }
  }
  add(wrongs, check_keys(transcript));
  add(wrongs, check_tickets(transcript));
  return wrongs;
}

Wrongs check_drawn_leaves(const Transcript& transcript, const LeafList& list) {
  Wrongs wrongs;
  for (std::size_t i = 0; i < transcript.drawn.size(); ++i) {
    const DrawnEntry& entry = transcript.drawn[i];
    if (entry.index >= list.size()) {
      wrongs.push_back(mismatch(field_of("drawn", i, "index"),
                                "one below " + std::to_string(list.size()),
                                std::to_string(entry.index)));
      continue;
    }
    const Hash& leaf = list.leaves[static_cast<std::size_t>(entry.index)];
    if (leaf == entry.leaf) continue;
    wrongs.push_back(
        mismatch(field_of("drawn", i, "leaf"),
                 to_hex(leaf) + " as line " + std::to_string(entry.index + 1) + " of the list",
                 to_hex(entry.leaf)));
  }
  return wrongs;
}

Wrongs check_events(const Transcript& transcript) {
  Wrongs wrongs;
  Prizes prizes = prizes_of(transcript);
  Time earliest = transcript.seal.sealed_at;
  for (std::size_t i = 0; i < transcript.events.size(); ++i) {
    apply(transcript.events[i], i, earliest, prizes, wrongs);
    earliest = std::max(earliest, transcript.events[i].at);
  }
  return wrongs;
}

Wrongs check_receipt(const Transcript& transcript, const LeafList& list, const Receipt& receipt,
                     std::string& verdict) {
  const std::string ticket = std::to_string(receipt.ticket);
  const Hash leaf = entrant_leaf(receipt.ticket, entrant_key(receipt.nonce, receipt.email_key));
  const auto place = std::find(list.leaves.begin(), list.leaves.end(), leaf);
  if (place == list.leaves.end()) return {"the leaf of ticket " + ticket + " is not in the list"};
  const auto index = static_cast<std::int64_t>(place - list.leaves.begin());
  verdict = "ticket " + ticket + " is in the list at index " + std::to_string(index);
  Prizes prizes = prizes_of(transcript);
  for (const DrawEvent& event : transcript.events) prizes.disqualify(event.position);
  for (std::size_t i = 0; i < transcript.drawn.size(); ++i) {
    const DrawnEntry& entry = transcript.drawn[i];
    if (entry.index != index) continue;
    if (entry.ticket != receipt.ticket) {
      return {mismatch(field_of("drawn", i, "ticket"), ticket, std::to_string(entry.ticket))};
    }
    const bool has_prize = prizes.has(entry.position);
    verdict += " and was drawn at position " + std::to_string(entry.position) + ", as " +
               (entry.winner ? "a winner" : "an alternate");
    if (entry.winner && !has_prize) verdict += ", which lost the prize since";
    if (!entry.winner && has_prize) verdict += ", promoted since";
    return {};
  }
  verdict += " and was not drawn";
  return {};
}

}  // namespace promotions
