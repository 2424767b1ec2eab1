#include "promotions/storage/draw_store.h"

#include <algorithm>

#include "storage/sqlite_connection.h"

namespace promotions {
namespace {

constexpr char kFind[] =
    "SELECT seed, entrants, winners, alternates FROM draws WHERE campaign_id = ?1";
constexpr char kInsert[] =
    "INSERT INTO draws (campaign_id, seed, entrants, winners, alternates) VALUES (?1, ?2, ?3, ?4, "
    "?5)";
constexpr char kDrawn[] =
    "SELECT position, role, drawn.ticket, subscriber_id, email FROM drawn"
    " LEFT JOIN subscribers ON subscribers.id = subscriber_id"
    " WHERE drawn.campaign_id = ?1 ORDER BY position";
constexpr char kInsertDrawn[] =
    "INSERT INTO drawn (campaign_id, position, role, ticket, subscriber_id)"
    " VALUES (?1, ?2, ?3, ?4, ?5)";

}  // namespace

std::optional<Draw> DrawStore::find(std::int64_t campaign_id) const {
  Query query(connection_, kFind, campaign_id);
  if (!query.step()) return std::nullopt;
  Draw draw;
  const auto seed = query.blob(0);
  std::copy_n(seed.begin(), std::min(seed.size(), draw.seed.size()), draw.seed.begin());
  draw.entrants = query.integer(1);
  draw.winners = static_cast<int>(query.integer(2));
  draw.alternates = static_cast<int>(query.integer(3));
  return draw;
}

std::vector<Drawn> DrawStore::drawn(std::int64_t campaign_id) const {
  std::vector<Drawn> all;
  Query query(connection_, kDrawn, campaign_id);
  while (query.step()) {
    all.push_back({static_cast<int>(query.integer(0)), query.text(1) == "winner", query.integer(2),
                   query.integer(3), query.text(4)});
  }
  return all;
}

std::optional<Drawn> DrawStore::drawn(std::int64_t campaign_id, std::int64_t subscriber_id) const {
  const auto all = drawn(campaign_id);
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Drawn& one) { return one.subscriber_id == subscriber_id; });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

void DrawStore::insert(std::int64_t campaign_id, const Draw& draw) {
  Query(connection_, kInsert, campaign_id, std::span<const unsigned char>(draw.seed), draw.entrants,
        draw.winners, draw.alternates)
      .run();
}

void DrawStore::insert_drawn(std::int64_t campaign_id, const Drawn& drawn) {
  Query(connection_, kInsertDrawn, campaign_id, drawn.position,
        drawn.winner ? "winner" : "alternate", drawn.ticket, drawn.subscriber_id)
      .run();
}

}  // namespace promotions
