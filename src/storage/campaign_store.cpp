#include "promotions/storage/campaign_store.h"

#include <algorithm>
#include <stdexcept>

#include "promotions/base/json.h"
#include "storage/database_connection.h"

namespace promotions {
namespace {

#define CAMPAIGN_COLUMNS                                                                           \
  "id, slug, created_at, finishing_at, finished_at, opens_at, closes_at, winners, alternates, "    \
  "verification, duplicates, token_ttl, locale, time_zone, name, admin_email, description, "       \
  "templates, secret, beacon, draw_delay, claim_within, witnesses, exclusions, notify_not_drawn, " \
  "aliases, (SELECT sealed_at FROM draws WHERE campaign_id = campaigns.id)"

constexpr char kAll[] =
    "SELECT " CAMPAIGN_COLUMNS " FROM campaigns WHERE slug IS NOT NULL ORDER BY slug";
constexpr char kFindBySlug[] = "SELECT " CAMPAIGN_COLUMNS " FROM campaigns WHERE slug = ?1";
constexpr char kFindById[] =
    "SELECT " CAMPAIGN_COLUMNS " FROM campaigns WHERE id = ?1 AND slug IS NOT NULL";
constexpr char kCounts[] = "SELECT pending, verified FROM campaign_counters WHERE campaign_id = ?1";
constexpr char kOpenList[] =
    "SELECT aliases FROM campaigns WHERE id = ?1 AND finishing_at IS NULL AND slug IS NOT NULL";
constexpr Change kInsert{
    "INSERT INTO campaigns (slug, created_at, opens_at, closes_at, winners, alternates, "
    "verification,"
    " duplicates, token_ttl, locale, time_zone, name, admin_email, description, templates,"
    " beacon, draw_delay, claim_within, witnesses, exclusions, notify_not_drawn, aliases)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
    " ?20, ?21, ?22)"
    " ON CONFLICT (slug) DO NOTHING",
    Effect::adds_campaign};
constexpr char kInsertCounters[] = "INSERT INTO campaign_counters (campaign_id) VALUES (?1)";
constexpr Change kUpdate{
    "UPDATE campaigns SET opens_at = ?2, closes_at = ?3, winners = ?4, alternates = ?5,"
    " verification = ?6, duplicates = ?7, token_ttl = ?8, locale = ?9, time_zone = ?10, name = ?11,"
    " admin_email = ?12, description = ?13, templates = ?14, beacon = ?15, draw_delay = ?16,"
    " claim_within = ?17, witnesses = ?18, exclusions = ?19, notify_not_drawn = ?20,"
    " aliases = ?21 WHERE id = ?1",
    Effect::changes_campaign | Effect::erases};
constexpr Change kSetFinishing{"UPDATE campaigns SET finishing_at = ?2 WHERE id = ?1",
                               Effect::changes_campaign};
constexpr Change kSetFinished{"UPDATE campaigns SET finished_at = ?2 WHERE id = ?1",
                              Effect::changes_campaign};
constexpr char kSecret[] = "SELECT secret FROM campaigns WHERE id = ?1 AND secret IS NOT NULL";
constexpr Change kSetSecret{"UPDATE campaigns SET secret = ?2 WHERE id = ?1",
                            Effect::changes_campaign};
constexpr char kWithoutSecret[] = "SELECT id FROM campaigns WHERE secret IS NULL";
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
constexpr char kPurgeDraws[] = "DELETE FROM draws WHERE campaign_id = ?1";
constexpr Change kPurgeCampaign{"DELETE FROM campaigns WHERE id = ?1 AND slug IS NULL",
                                Effect::changes_campaign | Effect::erases};

std::string templates_to_json(const MailTemplates& templates) {
  Json json = Json::object();
  for (const auto& [kind, parts] : templates) {
    Json& entry = json[kind] = Json::object();
    if (parts.subject) entry["subject"] = *parts.subject;
    if (parts.text) entry["text"] = *parts.text;
    if (parts.html) entry["html"] = *parts.html;
  }
  return json.dump();
}

MailTemplates templates_from_json(const std::string& text) {
  MailTemplates templates;
  const Json json = Json::parse(text);
  for (const auto& [kind, parts] : json.items()) {
    MailTemplate& entry = templates[kind];
    if (parts.contains("subject")) entry.subject = parts["subject"].get<std::string>();
    if (parts.contains("text")) entry.text = parts["text"].get<std::string>();
    if (parts.contains("html")) entry.html = parts["html"].get<std::string>();
  }
  return templates;
}

Beacon beacon_from_json(const std::string& text) {
  const auto reading = parse_beacon(Json::parse(text));
  if (const auto* problem = std::get_if<BeaconProblem>(&reading)) {
    throw std::logic_error("campaigns.beacon: " + problem->field + " " + problem->what);
  }
  return std::get<Beacon>(reading);
}

std::vector<std::string> texts_from_json(const std::string& text) {
  return Json::parse(text).get<std::vector<std::string>>();
}

std::optional<Secret> read_secret(const Query& row, int column) {
  const auto stored = row.blob(column);
  Secret secret{};
  if (stored.size() != secret.size()) return std::nullopt;
  std::copy(stored.begin(), stored.end(), secret.begin());
  return secret;
}

Campaign read_campaign(const Query& row) {
  Campaign campaign;
  campaign.id = row.integer(0);
  campaign.slug = row.text(1);
  campaign.created_at = row.time(2);
  campaign.finishing_at = row.optional_time(3);
  campaign.finished_at = row.optional_time(4);
  CampaignSettings& settings = campaign.settings;
  settings.opens_at = row.optional_time(5);
  settings.closes_at = row.optional_time(6);
  settings.winners = static_cast<int>(row.integer(7));
  settings.alternates = static_cast<int>(row.integer(8));
  settings.verification = parse_verification(row.text(9)).value();
  settings.duplicates = parse_duplicates(row.text(10)).value();
  settings.token_ttl = Millis{row.integer(11)};
  settings.locale = row.text(12);
  settings.time_zone = row.text(13);
  settings.name = row.text(14);
  settings.admin_email = row.text(15);
  settings.description = row.text(16);
  settings.templates = templates_from_json(row.text(17));
  if (const auto secret = read_secret(row, 18)) campaign.commitment = commitment_of(*secret);
  settings.beacon = beacon_from_json(row.text(19));
  settings.draw_delay = Millis{row.integer(20)};
  if (!row.is_null(21)) settings.claim_within = Millis{row.integer(21)};
  settings.witnesses = texts_from_json(row.text(22));
  settings.exclusions = texts_from_json(row.text(23));
  settings.notify_not_drawn = row.integer(24) != 0;
  settings.aliases = parse_aliases(row.text(25)).value();
  campaign.sealed_at = row.optional_time(26);
  return campaign;
}

}  // namespace

std::vector<Campaign> CampaignStore::all() const {
  std::vector<Campaign> campaigns;
  Query query(connection_, kAll);
  while (query.step()) campaigns.push_back(read_campaign(query));
  return campaigns;
}

std::optional<Campaign> CampaignStore::find(std::string_view slug) const {
  Query query(connection_, kFindBySlug, slug);
  return query.step() ? std::optional(read_campaign(query)) : std::nullopt;
}

std::optional<Campaign> CampaignStore::find(std::int64_t id) const {
  Query query(connection_, kFindById, id);
  return query.step() ? std::optional(read_campaign(query)) : std::nullopt;
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
  Query(connection_, kInsert, slug, now, settings.opens_at, settings.closes_at, settings.winners,
        settings.alternates, to_text(settings.verification), to_text(settings.duplicates),
        settings.token_ttl, settings.locale, settings.time_zone, settings.name,
        settings.admin_email, settings.description, templates_to_json(settings.templates),
        to_json(settings.beacon).dump(), settings.draw_delay, settings.claim_within,
        Json(settings.witnesses).dump(), Json(settings.exclusions).dump(),
        settings.notify_not_drawn ? 1 : 0, to_text(settings.aliases))
      .run();
  if (connection_.changes() == 0) return std::nullopt;
  const std::int64_t id = connection_.last_insert_id();
  Query(connection_, kInsertCounters, id).run();
  return id;
}

void CampaignStore::update(std::int64_t id, const CampaignSettings& settings) {
  Query(connection_, kUpdate, id, settings.opens_at, settings.closes_at, settings.winners,
        settings.alternates, to_text(settings.verification), to_text(settings.duplicates),
        settings.token_ttl, settings.locale, settings.time_zone, settings.name,
        settings.admin_email, settings.description, templates_to_json(settings.templates),
        to_json(settings.beacon).dump(), settings.draw_delay, settings.claim_within,
        Json(settings.witnesses).dump(), Json(settings.exclusions).dump(),
        settings.notify_not_drawn ? 1 : 0, to_text(settings.aliases))
      .run();
}

void CampaignStore::set_finishing(std::int64_t id, std::optional<Time> at) {
  Query(connection_, kSetFinishing, id, at).run();
}

void CampaignStore::set_finished(std::int64_t id, Time now) {
  Query(connection_, kSetFinished, id, now).run();
}

std::optional<Secret> CampaignStore::secret(std::int64_t id) const {
  Query query(connection_, kSecret, id);
  return query.step() ? read_secret(query, 0) : std::nullopt;
}

void CampaignStore::set_secret(std::int64_t id, const Secret& secret) {
  Query(connection_, kSetSecret, id, std::span<const unsigned char>(secret)).run();
}

std::vector<std::int64_t> CampaignStore::without_secret() const {
  std::vector<std::int64_t> ids;
  Query query(connection_, kWithoutSecret);
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
  Query(connection_, kPurgeCampaign, id).run();
}

}  // namespace promotions
