#include "promotions/storage/campaign_store.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "promotions/base/errors.h"
#include "promotions/domain/stored_settings.h"
#include "storage/database_connection.h"

namespace promotions {
namespace {

#define CAMPAIGN_COLUMNS                                                    \
  "id, slug, created_at, finishing_at, finished_at, commitment, settings, " \
  "(SELECT sealed_at FROM draws WHERE campaign_id = campaigns.id)"

constexpr char kAll[] =
    "SELECT " CAMPAIGN_COLUMNS " FROM campaigns WHERE slug IS NOT NULL ORDER BY slug";
constexpr char kFindById[] =
    "SELECT " CAMPAIGN_COLUMNS " FROM campaigns WHERE id = ?1 AND slug IS NOT NULL";
constexpr char kCounts[] = "SELECT pending, verified FROM campaign_counters WHERE campaign_id = ?1";
constexpr char kOpenList[] =
    "SELECT aliases FROM campaigns WHERE id = ?1 AND finishing_at IS NULL AND slug IS NOT NULL";
constexpr Change kInsert{
    "INSERT INTO campaigns (slug, created_at, settings, aliases) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (slug) DO NOTHING",
    Effect::adds_campaign};
constexpr char kInsertCounters[] = "INSERT INTO campaign_counters (campaign_id) VALUES (?1)";
constexpr char kSettings[] = "SELECT slug, settings FROM campaigns WHERE id = ?1";
constexpr Change kUpdate{"UPDATE campaigns SET settings = ?2, aliases = ?3 WHERE id = ?1",
                         Effect::changes_campaign | Effect::erases};
constexpr Change kSetFinishing{"UPDATE campaigns SET finishing_at = ?2 WHERE id = ?1",
                               Effect::changes_campaign};
constexpr Change kSetFinished{"UPDATE campaigns SET finished_at = ?2 WHERE id = ?1",
                              Effect::changes_campaign};
constexpr char kSecret[] = "SELECT secret FROM campaigns WHERE id = ?1 AND secret IS NOT NULL";
constexpr Change kSetSecret{"UPDATE campaigns SET secret = ?2, commitment = ?3 WHERE id = ?1",
                            Effect::changes_campaign};
constexpr char kIncomplete[] =
    "SELECT id FROM campaigns WHERE slug IS NOT NULL"
    " AND (commitment IS NULL OR id NOT IN (SELECT campaign_id FROM terms))";
constexpr char kBeaconValue[] =
    "SELECT beacon_value FROM campaigns WHERE id = ?1 AND beacon_value IS NOT NULL";
constexpr char kSetBeaconValue[] = "UPDATE campaigns SET beacon_value = ?2 WHERE id = ?1";
constexpr char kListChanges[] = "SELECT list_changes FROM campaign_counters WHERE campaign_id = ?1";
constexpr char kCountListChange[] =
    "UPDATE campaign_counters SET list_changes = list_changes + 1 WHERE campaign_id = ?1";
constexpr char kTakeTicket[] =
    "UPDATE campaign_counters SET next_ticket = next_ticket + 1, pending = pending - 1,"
    " verified = verified + 1 WHERE campaign_id = ?1 RETURNING next_ticket - 1";
constexpr Change kRetire{"UPDATE campaigns SET slug = NULL WHERE id = ?1",
                         Effect::changes_campaign};
constexpr char kPurgeDrawn[] = "DELETE FROM drawn WHERE campaign_id = ?1";
constexpr char kPurgeEvents[] = "DELETE FROM draw_events WHERE campaign_id = ?1";
constexpr char kPurgeTerms[] = "DELETE FROM terms WHERE campaign_id = ?1";
constexpr char kPurgeRules[] = "DELETE FROM rules WHERE campaign_id = ?1";
constexpr char kPurgeConsentTexts[] = "DELETE FROM consent_texts WHERE campaign_id = ?1";
constexpr char kPurgeDraws[] = "DELETE FROM draws WHERE campaign_id = ?1";
constexpr Change kPurgeCampaign{"DELETE FROM campaigns WHERE id = ?1 AND slug IS NULL",
                                Effect::changes_campaign | Effect::erases};

// Calls `read`, which reads stored settings. A campaign that this program would misunderstand is
// not served at all: the program might reveal who takes part, or draw by other rules.
template <typename Read>
auto understood(std::string_view slug, Read read) {
  try {
    return read();
  } catch (const std::invalid_argument& error) {
    throw UserError("campaign " + std::string(slug) + ": " + error.what() +
                    "; use the newer program that wrote it");
  }
}

// Of a secret or a hash. nullopt if there is none.
std::optional<std::array<unsigned char, 32>> read_bytes(const Query& row, int column) {
  const auto stored = row.blob(column);
  std::array<unsigned char, 32> bytes{};
  if (stored.size() != bytes.size()) return std::nullopt;
  std::copy(stored.begin(), stored.end(), bytes.begin());
  return bytes;
}

constexpr int kSettingsColumn = 6;

// All but its settings.
Campaign read_campaign(const Query& row) {
  Campaign campaign;
  campaign.id = row.integer(0);
  campaign.slug = row.text(1);
  campaign.created_at = row.time(2);
  campaign.finishing_at = row.optional_time(3);
  campaign.finished_at = row.optional_time(4);
  campaign.commitment = read_bytes(row, 5).value_or(Hash{});
  campaign.sealed_at = row.optional_time(7);
  return campaign;
}

}  // namespace

Campaign CampaignStore::with_settings(Campaign campaign, std::string stored) const {
  if (stored != last_.stored) {
    CampaignSettings settings = understood(campaign.slug, [&] { return from_stored(stored); });
    last_ = {std::move(stored), std::move(settings)};
  }
  campaign.settings = last_.settings;
  return campaign;
}

std::vector<Campaign> CampaignStore::all() const {
  std::vector<Campaign> campaigns;
  Query query(connection_, kAll);
  while (query.step()) {
    campaigns.push_back(with_settings(read_campaign(query), query.text(kSettingsColumn)));
  }
  return campaigns;
}

std::optional<Campaign> CampaignStore::find(std::int64_t id) const {
  Query query(connection_, kFindById, id);
  if (!query.step()) return std::nullopt;
  return with_settings(read_campaign(query), query.text(kSettingsColumn));
}

SubscriberCounts CampaignStore::counts(std::int64_t id) const {
  Query query(connection_, kCounts, id);
  if (!query.step()) return {};
  return {query.integer(0), query.integer(1)};
}

std::optional<Aliases> CampaignStore::open_list(std::int64_t id) const {
  Query query(connection_, kOpenList, id);
  return query.step() ? parse_aliases(query.text(0)) : std::nullopt;
}

std::optional<std::int64_t> CampaignStore::insert(std::string_view slug,
                                                  const CampaignSettings& settings, Time now) {
  Query(connection_, kInsert, slug, now, to_stored(settings), to_text(settings.aliases)).run();
  if (connection_.changes() == 0) return std::nullopt;
  const std::int64_t id = connection_.last_insert_id();
  Query(connection_, kInsertCounters, id).run();
  return id;
}

void CampaignStore::update(std::int64_t id, const CampaignSettings& settings) {
  // The stored object is changed and not replaced, since a newer program may have members in it.
  std::string changed;
  {
    Query query(connection_, kSettings, id);
    if (!query.step()) return;
    changed = understood(query.text(0), [&] { return changed_stored(query.text(1), settings); });
  }
  Query(connection_, kUpdate, id, changed, to_text(settings.aliases)).run();
}

void CampaignStore::set_finishing(std::int64_t id, std::optional<Time> at) {
  Query(connection_, kSetFinishing, id, at).run();
}

void CampaignStore::set_finished(std::int64_t id, Time now) {
  Query(connection_, kSetFinished, id, now).run();
}

std::optional<Secret> CampaignStore::secret(std::int64_t id) const {
  Query query(connection_, kSecret, id);
  return query.step() ? read_bytes(query, 0) : std::nullopt;
}

void CampaignStore::set_secret(std::int64_t id, const Secret& secret) {
  const Hash commitment = commitment_of(secret);
  Query(connection_, kSetSecret, id, std::span<const unsigned char>(secret),
        std::span<const unsigned char>(commitment))
      .run();
}

std::vector<std::int64_t> CampaignStore::incomplete() const {
  std::vector<std::int64_t> ids;
  Query query(connection_, kIncomplete);
  while (query.step()) ids.push_back(query.integer(0));
  return ids;
}

std::optional<std::string> CampaignStore::beacon_value(std::int64_t id) const {
  Query query(connection_, kBeaconValue, id);
  return query.step() ? std::optional(query.text(0)) : std::nullopt;
}

void CampaignStore::set_beacon_value(std::int64_t id, std::string_view value) {
  Query(connection_, kSetBeaconValue, id, value).run();
}

std::int64_t CampaignStore::list_changes(std::int64_t id) const {
  Query query(connection_, kListChanges, id);
  return query.step() ? query.integer(0) : 0;
}

void CampaignStore::count_list_change(std::int64_t id) {
  Query(connection_, kCountListChange, id).run();
}

std::int64_t CampaignStore::take_ticket(std::int64_t id) {
  Query query(connection_, kTakeTicket, id);
  if (!query.step()) throw std::logic_error("a campaign without counters");
  const std::int64_t ticket = query.integer(0);
  query.run();
  return ticket;
}

void CampaignStore::retire(std::int64_t id) {
  Query(connection_, kRetire, id).run();
}

void CampaignStore::purge(std::int64_t id) {
  Query(connection_, kPurgeDrawn, id).run();
  Query(connection_, kPurgeEvents, id).run();
  Query(connection_, kPurgeDraws, id).run();
  Query(connection_, kPurgeTerms, id).run();
  Query(connection_, kPurgeRules, id).run();
  Query(connection_, kPurgeConsentTexts, id).run();
  Query(connection_, kPurgeCampaign, id).run();
}

}  // namespace promotions
