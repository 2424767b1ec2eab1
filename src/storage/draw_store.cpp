#include "promotions/storage/draw_store.h"

#include <algorithm>
#include <stdexcept>

#include "storage/database_connection.h"

namespace promotions {
namespace {

constexpr char kFind[] =
    "SELECT entrants, winners, alternates, root, ifnull(sealed_at, 0), beacon, excluded,"
    " disqualified, value, seed, signature, previous_signature, terms, draw_delay FROM draws WHERE "
    "campaign_id = ?1";
constexpr Change kInsert{
    "INSERT INTO draws (campaign_id, entrants, winners, alternates, root, sealed_at, beacon,"
    " excluded, disqualified, terms, draw_delay)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    Effect::changes_campaign};
constexpr char kSetResult[] =
    "UPDATE draws SET value = ?2, seed = ?3, signature = ?4, previous_signature = ?5"
    " WHERE campaign_id = ?1";
constexpr char kDrawn[] =
    "SELECT position, role, drawn.ticket, subscriber_id, ifnull(entrant, 0), claim_until,"
    " claimed_at, iif(email IS NULL, NULL, ifnull(corrected_email, email)), notified_at, "
    "unreachable_at, ifnull(unreachable, ''),"
    " ifnull(unreachable_reason, ''), ifnull(unreachable_job, 0) FROM drawn LEFT JOIN subscribers "
    "ON subscribers.id = subscriber_id"
    " WHERE drawn.campaign_id = ?1 ORDER BY position";
constexpr char kInsertDrawn[] =
    "INSERT INTO drawn (campaign_id, position, role, ticket, subscriber_id, entrant)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr char kSetClaimUntil[] =
    "UPDATE drawn SET claim_until = ?3 WHERE campaign_id = ?1 AND position = ?2";
constexpr char kSetNotified[] =
    "UPDATE drawn SET notified_at = ?3, unreachable_at = NULL, unreachable = NULL,"
    " unreachable_reason = NULL, unreachable_job = NULL WHERE campaign_id = ?1 AND position = ?2";
constexpr char kSetUnreachable[] =
    "UPDATE drawn SET unreachable_at = ?3, unreachable = ?4, unreachable_reason = ?5,"
    " unreachable_job = ?6 WHERE campaign_id = ?1 AND position = ?2";
constexpr char kClearNotice[] =
    "UPDATE drawn SET notified_at = NULL, unreachable_at = NULL, unreachable = NULL,"
    " unreachable_reason = NULL, unreachable_job = NULL, claim_until = NULL"
    " WHERE campaign_id = ?1 AND position = ?2";
constexpr Change kCorrect{
    "UPDATE drawn SET corrected_email = ?3 WHERE campaign_id = ?1 AND position = ?2",
    Effect::erases};
constexpr Change kForgetCorrection{
    "UPDATE drawn SET corrected_email = NULL WHERE campaign_id = ?1 AND subscriber_id = ?2"
    " AND corrected_email IS NOT NULL",
    Effect::erases};
constexpr char kSetClaimed[] =
    "UPDATE drawn SET claimed_at = ?3 WHERE campaign_id = ?1 AND position = ?2";
constexpr char kEvents[] =
    "SELECT at, position, reason, promoted, kind FROM draw_events WHERE campaign_id = ?1 ORDER BY "
    "number";
constexpr char kAddEvent[] =
    "INSERT INTO draw_events (campaign_id, number, at, position, reason, promoted, kind)"
    " SELECT ?1, ifnull(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM draw_events WHERE campaign_id "
    "= ?1"
    " RETURNING number";
constexpr char kToldUntil[] = "SELECT told_until FROM draws WHERE campaign_id = ?1";
constexpr char kSetToldUntil[] = "UPDATE draws SET told_until = ?2 WHERE campaign_id = ?1";

std::optional<Hash> read_hash(const Query& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  const auto stored = row.blob(column);
  Hash hash{};
  std::copy_n(stored.begin(), std::min(stored.size(), hash.size()), hash.begin());
  return hash;
}

// Notes in `drawn` what the events did: a prize or a turn was taken back, and an alternate may have
// got the prize.
void apply_events(const std::vector<DrawEvent>& events, std::vector<Drawn>& drawn) {
  const auto at = [&](std::int64_t position) {
    return std::find_if(drawn.begin(), drawn.end(),
                        [&](const Drawn& one) { return one.position == position; });
  };
  for (const DrawEvent& event : events) {
    if (const auto one = at(event.position); one != drawn.end()) one->taken_out = event.kind;
    if (!event.promoted) continue;
    if (const auto heir = at(*event.promoted); heir != drawn.end()) heir->is_promoted = true;
  }
}

}  // namespace

PrizeState state_of(const Drawn& drawn) {
  if (drawn.taken_out) {
    return *drawn.taken_out == DrawEventKind::disqualified ? PrizeState::disqualified
                                                           : PrizeState::passed_on;
  }
  if (!drawn.winner && !drawn.is_promoted) return PrizeState::waiting;
  if (drawn.claimed_at) return PrizeState::claimed;
  if (drawn.unreachable_at) return PrizeState::unreachable;
  return drawn.notified_at ? PrizeState::notified : PrizeState::pending;
}

std::optional<Draw> DrawStore::find(std::int64_t campaign_id) const {
  Query query(connection_, kFind, campaign_id);
  if (!query.step()) return std::nullopt;
  Draw draw;
  draw.entrants = query.integer(0);
  draw.winners = static_cast<int>(query.integer(1));
  draw.alternates = static_cast<int>(query.integer(2));
  draw.root = read_hash(query, 3);
  draw.sealed_at = query.time(4);
  draw.beacon = std::get<Beacon>(parse_beacon(Json::parse(query.text(5))));
  draw.excluded = query.integer(6);
  draw.disqualified = query.integer(7);
  if (!query.is_null(8)) draw.said = {query.text(8), query.text(10), query.text(11)};
  draw.seed = read_hash(query, 9);
  draw.terms = read_hash(query, 12).value_or(Hash{});
  draw.draw_delay = std::chrono::seconds(query.integer(13));
  return draw;
}

std::vector<Drawn> DrawStore::drawn(std::int64_t campaign_id) const {
  std::vector<Drawn> all;
  Query query(connection_, kDrawn, campaign_id);
  while (query.step()) {
    all.push_back({.position = static_cast<int>(query.integer(0)),
                   .winner = query.text(1) == "winner",
                   .ticket = query.integer(2),
                   .subscriber_id = query.integer(3),
                   .entrant = query.integer(4),
                   .claim_until = query.optional_time(5),
                   .claimed_at = query.optional_time(6),
                   .email = query.text(7),
                   .notified_at = query.optional_time(8),
                   .unreachable_at = query.optional_time(9),
                   .unreachable = parse_job_ending(query.text(10)),
                   .unreachable_reason = query.text(11),
                   .unreachable_job = query.integer(12),
                   .is_promoted = false,
                   .taken_out = {}});
  }
  apply_events(events(campaign_id), all);
  return all;
}

std::optional<Drawn> DrawStore::drawn(std::int64_t campaign_id, std::int64_t subscriber_id) const {
  const auto all = drawn(campaign_id);
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Drawn& one) { return one.subscriber_id == subscriber_id; });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

std::vector<DrawEvent> DrawStore::events(std::int64_t campaign_id) const {
  std::vector<DrawEvent> events;
  Query query(connection_, kEvents, campaign_id);
  while (query.step()) {
    DrawEvent event{query.time(0),
                    query.integer(1),
                    query.text(2),
                    {},
                    parse_draw_event_kind(query.text(4)).value_or(DrawEventKind::disqualified)};
    if (!query.is_null(3)) event.promoted = query.integer(3);
    events.push_back(std::move(event));
  }
  return events;
}

void DrawStore::insert(std::int64_t campaign_id, const Draw& draw) {
  Query(connection_, kInsert, campaign_id, draw.entrants, draw.winners, draw.alternates,
        std::span<const unsigned char>(draw.root.value()), draw.sealed_at,
        to_json(draw.beacon).dump(), draw.excluded, draw.disqualified,
        std::span<const unsigned char>(draw.terms), std::int64_t{draw.draw_delay.count()})
      .run();
}

void DrawStore::set_result(std::int64_t campaign_id, const BeaconAnswer& said, const Seed& seed) {
  Query(connection_, kSetResult, campaign_id, said.value, std::span<const unsigned char>(seed),
        said.signature, said.previous_signature)
      .run();
}

void DrawStore::insert_drawn(std::int64_t campaign_id, const Drawn& drawn) {
  Query(connection_, kInsertDrawn, campaign_id, drawn.position,
        drawn.winner ? "winner" : "alternate", drawn.ticket, drawn.subscriber_id, drawn.entrant)
      .run();
}

void DrawStore::set_claim_until(std::int64_t campaign_id, int position, Time until) {
  Query(connection_, kSetClaimUntil, campaign_id, position, until).run();
}

void DrawStore::set_notified(std::int64_t campaign_id, int position, Time now) {
  Query(connection_, kSetNotified, campaign_id, position, now).run();
}

void DrawStore::set_unreachable(std::int64_t campaign_id, const Drawn& drawn) {
  std::optional<std::string_view> ending;
  if (drawn.unreachable) ending = to_text(*drawn.unreachable);
  Query(connection_, kSetUnreachable, campaign_id, drawn.position, drawn.unreachable_at, ending,
        drawn.unreachable_reason, drawn.unreachable_job)
      .run();
}

void DrawStore::clear_notice(std::int64_t campaign_id, int position) {
  Query(connection_, kClearNotice, campaign_id, position).run();
}

void DrawStore::correct_address(std::int64_t campaign_id, int position, std::string_view email) {
  Query(connection_, kCorrect, campaign_id, position, email).run();
}

void DrawStore::forget_correction(std::int64_t campaign_id, std::int64_t subscriber_id) {
  Query(connection_, kForgetCorrection, campaign_id, subscriber_id).run();
}

void DrawStore::set_claimed(std::int64_t campaign_id, int position, Time now) {
  Query(connection_, kSetClaimed, campaign_id, position, now).run();
}

std::int64_t DrawStore::add_event(std::int64_t campaign_id, const DrawEvent& event) {
  Query query(connection_, kAddEvent, campaign_id, event.at, event.position, event.reason,
              event.promoted, to_text(event.kind));
  if (!query.step()) throw std::logic_error("an event without a number");
  const std::int64_t number = query.integer(0);
  query.run();
  return number;
}

std::int64_t DrawStore::told_until(std::int64_t campaign_id) const {
  Query query(connection_, kToldUntil, campaign_id);
  return query.step() ? query.integer(0) : 0;
}

void DrawStore::set_told_until(std::int64_t campaign_id, std::int64_t ticket) {
  Query(connection_, kSetToldUntil, campaign_id, ticket).run();
}

}  // namespace promotions
