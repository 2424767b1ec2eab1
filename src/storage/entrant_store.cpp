#include "promotions/storage/entrant_store.h"

#include <algorithm>

#include "promotions/domain/merkle_tree.h"
#include "storage/database_connection.h"

namespace promotions {
namespace {

constexpr std::size_t kTicketBytes = 8;  // big-endian

constexpr char kListed[] =
    "SELECT id, ticket, nonce, email_key, disqualified IS NOT NULL FROM subscribers"
    " WHERE campaign_id = ?1 AND ticket > ?2 AND email_key IS NOT NULL ORDER BY ticket LIMIT ?3";
#define CHUNK "SELECT number, root, tickets, keys FROM entrant_chunks"
constexpr char kChunk[] = CHUNK " WHERE campaign_id = ?1 AND number = ?2";
constexpr char kChunkOfTicket[] =
    CHUNK " WHERE campaign_id = ?1 AND first_ticket <= ?2 ORDER BY first_ticket DESC LIMIT 1";
constexpr char kRoots[] = "SELECT root FROM entrant_chunks WHERE campaign_id = ?1 ORDER BY number";
constexpr char kInsert[] =
    "INSERT INTO entrant_chunks (campaign_id, number, first_ticket, root, tickets, keys)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr char kRemoveSome[] =
    "DELETE FROM entrant_chunks WHERE id IN"
    " (SELECT id FROM entrant_chunks WHERE campaign_id = ?1 LIMIT ?2)";

Hash to_hash(std::span<const unsigned char> bytes) {
  Hash hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

std::optional<EntrantChunk> read_chunk(Query&& row) {
  if (!row.step()) return std::nullopt;
  EntrantChunk chunk{row.integer(0), to_hash(row.blob(1)), {}, {}};
  for (auto rest = row.blob(2); rest.size() >= kTicketBytes; rest = rest.subspan(kTicketBytes)) {
    std::uint64_t ticket = 0;
    for (const unsigned char byte : rest.first(kTicketBytes)) ticket = ticket << 8U | byte;
    chunk.tickets.push_back(static_cast<std::int64_t>(ticket));
  }
  for (auto rest = row.blob(3); rest.size() >= sizeof(Hash); rest = rest.subspan(sizeof(Hash))) {
    chunk.keys.push_back(to_hash(rest));
  }
  return chunk;
}

}  // namespace

Hash EntrantChunk::leaf(std::size_t place) const {
  return entrant_leaf(tickets.at(place), keys.at(place));
}

std::vector<Hash> EntrantChunk::leaves() const {
  std::vector<Hash> leaves;
  leaves.reserve(keys.size());
  for (std::size_t place = 0; place < keys.size(); ++place) leaves.push_back(leaf(place));
  return leaves;
}

std::vector<ListedSubscriber> EntrantStore::listed(std::int64_t campaign_id, std::int64_t after,
                                                   int limit) const {
  std::vector<ListedSubscriber> listed;
  Query query(connection_, kListed, campaign_id, after, limit);
  while (query.step()) {
    const auto nonce = query.blob(2);
    listed.push_back({query.integer(0),
                      query.integer(1),
                      {nonce.begin(), nonce.end()},
                      query.text(3),
                      query.integer(4) != 0});
  }
  return listed;
}

std::optional<EntrantChunk> EntrantStore::chunk(std::int64_t campaign_id,
                                                std::int64_t number) const {
  return read_chunk(Query(connection_, kChunk, campaign_id, number));
}

std::optional<EntrantChunk> EntrantStore::chunk_of_ticket(std::int64_t campaign_id,
                                                          std::int64_t ticket) const {
  return read_chunk(Query(connection_, kChunkOfTicket, campaign_id, ticket));
}

std::vector<Hash> EntrantStore::chunk_roots(std::int64_t campaign_id) const {
  std::vector<Hash> roots;
  Query query(connection_, kRoots, campaign_id);
  while (query.step()) roots.push_back(to_hash(query.blob(0)));
  return roots;
}

void EntrantStore::insert(std::int64_t campaign_id, const EntrantChunk& chunk) {
  std::vector<unsigned char> tickets;
  for (const std::int64_t ticket : chunk.tickets) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      tickets.push_back(static_cast<unsigned char>(static_cast<std::uint64_t>(ticket) >> shift));
    }
  }
  std::vector<unsigned char> keys;
  for (const Hash& key : chunk.keys) keys.insert(keys.end(), key.begin(), key.end());
  Query(connection_, kInsert, campaign_id, chunk.number, chunk.tickets.front(),
        std::span<const unsigned char>(chunk.root), std::span<const unsigned char>(tickets),
        std::span<const unsigned char>(keys))
      .run();
}

bool EntrantStore::remove_some(std::int64_t campaign_id, int limit) {
  Query(connection_, kRemoveSome, campaign_id, limit).run();
  return connection_.changes() == limit;
}

}  // namespace promotions
