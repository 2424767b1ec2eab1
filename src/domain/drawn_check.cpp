#include "domain/drawn_check.h"

#include <algorithm>

#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/email_address.h"
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
  std::uint64_t index = 0;
  std::uint64_t least = 1;  // the lowest ticket that the entrant at `index` can have
  for (const std::size_t i : order) {
    const DrawnEntry& entry = transcript.drawn[i];
    least += entry.index - index;
    index = entry.index;
    const auto ticket = static_cast<std::uint64_t>(entry.ticket);
    if (ticket < least) {
      wrongs.push_back(mismatch(field_of("drawn", i, "ticket"),
                                "at least " + std::to_string(least) + " at this index",
                                std::to_string(ticket)));
    }
    least = std::max(least, ticket);  // one wrong ticket must not excuse the next
  }
  return wrongs;
}

// Applies an event to `prizes` and notes what is wrong with it.
void apply(const DrawEvent& event, std::size_t i, Time sealed_at, Prizes& prizes, Wrongs& wrongs) {
  if (event.at < sealed_at) {
    wrongs.push_back(mismatch(field_of("events", i, "at"),
                              "a time not before " + to_rfc3339(sealed_at), to_rfc3339(event.at)));
  }
  if (!prizes.may_be_disqualified(event.position)) {
    wrongs.push_back(mismatch(field_of("events", i, "position"),
                              "one that was drawn and not disqualified yet",
                              std::to_string(event.position)));
  }
  const auto text = [](std::optional<int> position) {
    return position ? std::to_string(*position) : "null";
  };
  // A wrong event is applied, too, as well as it can be: later ones depend on its outcome.
  const auto heir = prizes.disqualify(event.position);
  if (event.promoted != heir) {
    wrongs.push_back(mismatch(field_of("events", i, "promoted"), text(heir), text(event.promoted)));
  }
}

Prizes prizes_of(const Transcript& transcript) {
  return {transcript.seal.winners, static_cast<int>(transcript.drawn.size())};
}

}  // namespace

std::string mismatch(const std::string& field, const std::string& expected,
                     const std::string& found) {
  return field + ": expected " + expected + ", found " + found;
}

std::uint64_t drawn_count(const Seal& seal) {
  return std::min(seal.entrants, static_cast<std::uint64_t>(seal.winners) +
                                     static_cast<std::uint64_t>(seal.alternates));
}

Wrongs check_drawn(const Transcript& transcript) {
  Wrongs wrongs;
  const std::uint64_t count = drawn_count(transcript.seal);
  const std::vector<DrawnEntry>& drawn = transcript.drawn;
  if (drawn.size() != count) {
    wrongs.push_back(
        mismatch("drawn", std::to_string(count) + " entries", std::to_string(drawn.size())));
  }
  // Draw no more indices than are listed. They are the same, because a longer draw begins with the
  // shorter one. A short transcript that claims a huge draw must not cost much work.
  const auto indices = choose_indices(transcript.seed, transcript.seal.entrants,
                                      std::min<std::uint64_t>(count, drawn.size()));
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const DrawnEntry& entry = drawn[i];
    if (entry.position != static_cast<std::int64_t>(i) + 1) {
      wrongs.push_back(mismatch(field_of("drawn", i, "position"), std::to_string(i + 1),
                                std::to_string(entry.position)));
    }
    const bool winner = i < static_cast<std::size_t>(transcript.seal.winners);
    if (entry.winner != winner) {
      wrongs.push_back(
          mismatch(field_of("drawn", i, "role"), role_of(winner), role_of(entry.winner)));
    }
    if (entry.index != indices[i]) {
      wrongs.push_back(mismatch(field_of("drawn", i, "index"), std::to_string(indices[i]),
                                std::to_string(entry.index)));
    }
  }
  const Wrongs tickets = check_tickets(transcript);
  wrongs.insert(wrongs.end(), tickets.begin(), tickets.end());
  return wrongs;
}

Wrongs check_drawn_leaves(const Transcript& transcript, const LeafList& list) {
  Wrongs wrongs;
  for (std::size_t i = 0; i < transcript.drawn.size(); ++i) {
    const DrawnEntry& entry = transcript.drawn[i];
    const auto leaf = list.at.find(entry.index);
    if (leaf == list.at.end()) {
      wrongs.push_back(mismatch(field_of("drawn", i, "index"),
                                "one below " + std::to_string(list.size),
                                std::to_string(entry.index)));
    } else if (leaf->second != entry.leaf) {
      wrongs.push_back(mismatch(
          field_of("drawn", i, "leaf"),
          to_hex(leaf->second) + " as line " + std::to_string(entry.index + 1) + " of the list",
          to_hex(entry.leaf)));
    }
  }
  return wrongs;
}

Wrongs check_events(const Transcript& transcript) {
  Wrongs wrongs;
  Prizes prizes = prizes_of(transcript);
  for (std::size_t i = 0; i < transcript.events.size(); ++i) {
    apply(transcript.events[i], i, transcript.seal.sealed_at, prizes, wrongs);
  }
  return wrongs;
}

Wrongs check_receipt(const Transcript& transcript, const LeafList& list, const Receipt& receipt,
                     std::string& verdict) {
  const std::string ticket = std::to_string(receipt.ticket);
  if (list.places.empty()) return {"the leaf of ticket " + ticket + " is not in the list"};
  if (list.places.size() > 1) return {"the leaf of ticket " + ticket + " is in the list twice"};
  const std::uint64_t index = list.places.front();
  // Tell the entrant if the leaf was made from the mailbox and not from the address as given.
  verdict = "ticket " + ticket + " is in the list at index " + std::to_string(index);
  if (list.found > 0) verdict += ", counted as " + shown_address(receipt.email_keys.at(list.found));
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
    if (entry.winner && !has_prize) verdict += ", disqualified since";
    if (!entry.winner && has_prize) verdict += ", promoted since";
    return {};
  }
  verdict += " and was not drawn";
  return {};
}

}  // namespace promotions
