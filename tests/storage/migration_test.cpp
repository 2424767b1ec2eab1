// Databases as former programs left them, opened by this one. A migration adds one file to
// fixtures/ and changes none.
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "promotions/base/embedded.h"
#include "promotions/domain/campaign_options.h"
#include "promotions/domain/token.h"
#include "promotions/storage/storage.h"
#include "storage/database.h"
#include "support/catch.h"
#include "support/manual_clock.h"
#include "support/samples.h"
#include "support/temp_folder.h"

using namespace promotions;
namespace fs = std::filesystem;

namespace {

constexpr Time kThen = ManualClock::kStart;  // when the content of the fixtures came to be

// Of the subscriber 1, as a former program mailed it.
constexpr char kToken[] = "AQAAAAAAAAABAAABoMRQbACbhDeiptk_e1smfUbGhLM7fateohlXa4-3HZmqWIHddA";

int schemas() {
  return static_cast<int>(embedded_migrations().size());
}

std::string fixture(int schema) {
  const std::string path =
      PROMOTIONS_SOURCE_DIR "/tests/storage/fixtures/schema_" + std::to_string(schema) + ".sql";
  INFO(path + ": each schema needs one");
  REQUIRE(fs::exists(path));
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void create(const std::string& path, int schema) {
  SQLite::Database file(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  file.exec("PRAGMA journal_mode = WAL");
  file.exec(fixture(schema));
  REQUIRE(file.execAndGet("PRAGMA user_version").getInt() == schema);
}

void check_campaigns(const Stores& stores) {
  const Campaign autumn = find_campaign(stores, "autumn").value();
  CampaignSettings settings;  // what came later than the fixture has its default
  settings.name = "Sorteo de autumn";
  settings.admin_email = "boss@example.org";
  settings.time_zone = "Europe/Madrid";
  settings.alternates = 1;
  settings.templates["verification"].subject = "Hola";
  CHECK(autumn.settings == settings);
  CHECK(stores.campaigns.counts(1).pending == 2);
  CHECK(stores.campaigns.counts(1).verified == 1);
  CHECK(find_campaign(stores, "winter").value().finished_at == kThen + Millis{9000});
  CHECK(stores.campaigns.counts(2).verified == 3);
  CHECK_FALSE(find_campaign(stores, "gone"));
  CHECK(stores.accounts.find("boss").value().password_hash == "$argon2id$hash");
  CHECK(stores.settings.is_queue_paused());
}

void check_subscribers(const Stores& stores) {
  const Subscriber ana = stores.subscribers.find(1).value();
  CHECK(ana.email == "Ana@example.org");
  CHECK(ana.data == R"({"name":"Ana"})");
  CHECK_FALSE(ana.verified_at);
  CHECK(stores.subscribers.find(2).value().ticket == 1);
  CHECK_FALSE(stores.subscribers.find(3));
  CHECK(stores.subscribers.find(6).value().email.empty());  // erased, and keeps its ticket
  const Draw draw = stores.draws.find(2).value();
  CHECK(draw.entrants == 3);
  CHECK_FALSE(draw.root);  // nothing was published
  const auto drawn = stores.draws.drawn(2);
  REQUIRE(drawn.size() == 2);
  CHECK(drawn[0].email == "carl@example.org");
  CHECK(drawn[0].winner);
  CHECK(drawn[1].email.empty());
  const TokenClaim claim = TokenSigner::decode(kToken).value();
  CHECK(TokenSigner(stores.settings.secret().value())
            .matches(claim, {TokenPurpose::verify, ana.campaign_id, ana.id, ana.email_key}));
}

void check_jobs(const Stores& stores) {
  const auto jobs = stores.jobs.list({});
  REQUIRE(jobs.size() == 6);
  const std::array<JobState, 6> states{JobState::scheduled, JobState::ready, JobState::running,
                                       JobState::done,      JobState::dead,  JobState::cancelled};
  for (std::size_t i = 0; i < states.size(); ++i) {
    CHECK(jobs[i].id == static_cast<std::int64_t>(i) + 1);
    CHECK(jobs[i].state == states.at(i));
    CHECK(jobs[i].run_at == kThen + std::chrono::minutes(1));
  }
  CHECK(jobs[2].lease == 99);
  CHECK(jobs[2].subscriber_id == 5);
  CHECK(jobs[4].last_error == "451 later");
}

// What was registered counts, and no number comes again.
void check_use(Stores& stores) {
  CHECK_FALSE(stores.subscribers.insert(sample_subscriber(1, "ana@example.org", kThen)));
  CHECK_FALSE(stores.subscribers.insert(sample_subscriber(1, "EVA@example.org", kThen)));
  CHECK(stores.subscribers.insert(sample_subscriber(1, "erased@example.org", kThen)) == 9);
  CHECK(stores.campaigns.counts(1).pending == 3);
  CHECK(stores.jobs.enqueue({.lane = "mail", .kind = "verification"}, kThen) == 8);
  CHECK(stores.campaigns.insert("new", sample_settings(), kThen) == 4);
  CHECK(stores.campaigns.take_ticket(1) == 2);
  CHECK(stores.jobs.rescue(kThen, true).ready == 1);
  const std::int64_t variant = stores.variants.insert(
      {.subscriber_id = 1, .data = "{}", .locale = "en", .mailed_at = kThen});
  CHECK(stores.variants.find(variant).value().locale == "en");
  stores.subscribers.verify(1, 2, {}, kThen);
  CHECK(stores.campaigns.counts(1).pending == 2);
  CHECK(stores.campaigns.counts(1).verified == 2);
  stores.subscribers.erase(1, false);
  CHECK(stores.campaigns.counts(1).verified == 1);
}

void check_all(const std::string& path) {
  {
    Storage storage(StorageOptions{.path = path});
    storage.read([](const Stores& stores) {
      check_campaigns(stores);
      check_subscribers(stores);
      check_jobs(stores);
      return 0;
    });
  }
  CHECK(check_integrity(path).empty());
  Storage(StorageOptions{.path = path}).write(check_use);
}

}  // namespace

TEST_CASE("migrations: campaigns go on counting addresses as they did", "[storage]") {
  const TempFolder folder;
  for (const int schema : {9, 10, 11, 12, 13, 14, 15}) {
    CAPTURE(schema);
    const std::string path = folder.file("schema" + std::to_string(schema) + ".db");
    create(path, schema);
    Storage(StorageOptions{.path = path}).read([&](const Stores& stores) {
      CHECK(find_campaign(stores, "autumn").value().settings.aliases == Aliases::distinct);
      CHECK(find_campaign(stores, "winter").value().settings.aliases ==
            (schema < 10 ? Aliases::distinct : Aliases::merge));
      return 0;
    });
  }
}

TEST_CASE("migrations: what was consented to stays, with its text", "[storage]") {
  const TempFolder folder;
  for (int schema = 14; schema <= schemas(); ++schema) {
    CAPTURE(schema);
    const std::string path = folder.file("schema" + std::to_string(schema) + ".db");
    create(path, schema);
    Storage(StorageOptions{.path = path}).read([&](const Stores& stores) {
      const Consents news{{"news", sha256("Quiero las novedades"), "es", kThen}};
      const Consents given = schema < 15 ? Consents() : news;
      CHECK(stores.subscribers.find(2).value().consents == given);
      CHECK(stores.variants.find(4).value().consents == given);
      CHECK(stores.consents.texts(1).size() == given.size());
      CHECK(stores.subscribers.find(1).value().consents.empty());
      return 0;
    });
  }
}

TEST_CASE("migrations: every setting of a campaign is carried over, and its column leaves nothing",
          "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  create(path, 10);
  SQLite::Database(path, SQLite::OPEN_READWRITE).exec(R"(UPDATE campaigns SET
    name = 'Ein Fahrrad & "mehr"', description = 'Zeile 1' || char(10) || 'Zeile 2' || char(9) ||
    'é 🎁', admin_email = 'chefin@xn--bcher-kva.example', locale = 'en', winners = 3, alternates = 4,
    opens_at = 1261440000001, closes_at = 1292976000000, verification = 'confirm',
    duplicates = 'conceal', aliases = 'merge', token_ttl = 12345, draw_delay = 5400000,
    claim_within = 604800000, witnesses = '["Notary@example.org","press@example.net"]',
    exclusions = '["example.com","ana@example.org"]', notify_not_drawn = 1,
    beacon = '{"kind":"public","source":"the lottery of 24 December"}', templates =
    '{"verification":{"subject":"¡Hola!"},"winner":{"html":"<p>{{email}}</p>","text":"Won"}}')");
  {
    Storage storage(StorageOptions{.path = path});
    CampaignSettings expected = unusual_settings();
    for (const char* later :
         {"organizer", "contact_email", "from_name", "rules", "rules_url", "rules_sha256",
          "privacy_url", "minimum_age", "prizes", "fields", "captcha", "reminder_after", "accent",
          "listed", "success_url", "embed_origins", "finish_at"}) {
      const OptionValue& option = *find_campaign_option(later)->value;
      option.restore(option.store({}), expected);
    }
    expected.beacon.format = "";
    expected.beacon.known_from.reset();
    CHECK(storage.read([](const Stores& stores) { return stores.campaigns.find(2); })
              .value()
              .settings == expected);
    storage.write([](Stores& stores) {
      for (const Campaign& campaign : stores.campaigns.all()) {
        stores.campaigns.update(campaign.id, sample_settings());
      }
    });
  }
  std::ifstream file(path);
  const std::string content(std::istreambuf_iterator<char>(file), {});
  CHECK(content.find("organiser@example.org") != std::string::npos);
  CHECK(content.find("chefin@xn--bcher-kva.example") == std::string::npos);
}

TEST_CASE("migrations: a draw of version 1 published nothing, and its sealed list is open again",
          "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  create(path, 11);
  SQLite::Database(path, SQLite::OPEN_READWRITE).exec(R"(
    UPDATE draws SET root = zeroblob(32), sealed_at = 1790000000000, value = '';
    INSERT INTO draw_events VALUES (2, 1, 1790000000000, 1, 'too late', 2, 'not_claimed');
    UPDATE campaigns SET finishing_at = 1790000000000 WHERE id = 1;
    INSERT INTO draws (campaign_id, entrants, winners, alternates, root, sealed_at, beacon)
      VALUES (1, 1, 1, 1, zeroblob(32), 1790000000000, '{"kind":"public","source":"x"}');
    INSERT INTO entrant_chunks (campaign_id, number, first_ticket, root, tickets, leaves)
      VALUES (1, 0, 1, zeroblob(32), x'0000000000000001', zeroblob(32)))");
  Storage(StorageOptions{.path = path}).read([](const Stores& stores) {
    CHECK_FALSE(stores.draws.find(2).value().root);
    CHECK(stores.draws.drawn(2).size() == 2);
    CHECK(stores.draws.events(2).at(0).kind == DrawEventKind::unclaimed);
    CHECK_FALSE(stores.draws.find(1));
    CHECK_FALSE(find_campaign(stores, "autumn").value().finishing_at);
    CHECK_FALSE(stores.entrants.chunk(1, 0));
    return 0;
  });
}

TEST_CASE("migrations: what else was said of a pending address is kept", "[storage]") {
  const TempFolder folder;
  int seen = 0;
  for (int schema = 1; schema <= schemas(); ++schema) {
    CAPTURE(schema);
    if (fixture(schema).find("INSERT INTO sign_up_variants") == std::string::npos) continue;
    ++seen;
    const std::string path = folder.file("schema" + std::to_string(schema) + ".db");
    create(path, schema);
    const auto variant = Storage(StorageOptions{.path = path}).read([](const Stores& stores) {
      return stores.variants.find(4).value();
    });
    CHECK(variant.subscriber_id == 1);
    CHECK(variant.data == R"({"name":"Anna"})");
    CHECK(variant.created_at == kThen + Millis{5000});
    CHECK(variant.mailed_at == kThen + Millis{6000});
  }
  CHECK(seen >= 1);
}

TEST_CASE("migrations: a database of each former schema is taken over with its content",
          "[storage]") {
  const TempFolder folder;
  for (int schema = 1; schema <= schemas(); ++schema) {
    CAPTURE(schema);
    const std::string path = folder.file("schema" + std::to_string(schema) + ".db");
    create(path, schema);
    check_all(path);
  }
}

TEST_CASE(
    "migrations: one that is killed leaves the former schema, and the next start completes it",
    "[storage]") {
  const TempFolder folder;
  int written = 0;  // a migration that is small enough stays in memory until its commit
  for (int schema = 1; schema < schemas(); ++schema) {
    CAPTURE(schema);
    const std::string path = folder.file("schema" + std::to_string(schema) + ".db");
    const std::string killed = folder.file("killed" + std::to_string(schema) + ".db");
    create(path, schema);
    {
      SQLite::Database file(path, SQLite::OPEN_READWRITE);
      file.exec("PRAGMA cache_size = 1; BEGIN IMMEDIATE");  // pages go out before the commit
      file.exec(std::string(embedded_migrations()[static_cast<std::size_t>(schema)].content));
      file.exec("PRAGMA user_version = " + std::to_string(schema + 1));
      for (const char* suffix : {"", "-wal"}) fs::copy_file(path + suffix, killed + suffix);
    }
    if (fs::file_size(killed + "-wal") > 0) ++written;
    {
      SQLite::Database file(killed, SQLite::OPEN_READWRITE);
      CHECK(file.execAndGet("PRAGMA user_version").getInt() == schema);
      CHECK(file.execAndGet("PRAGMA integrity_check").getString() == "ok");
      CHECK(file.execAndGet("SELECT count(*) FROM jobs").getInt() == 6);
      CHECK(file.execAndGet("SELECT count(*) FROM subscribers").getInt() == 6);
    }
    check_all(killed);
  }
  CHECK(written >= 3);
}

TEST_CASE("migrations: what former programs said of a job by phrases is kept in columns",
          "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  create(path, 6);
  const std::vector<std::pair<const char*, const char*>> errors{
      {"in doubt: no answer", "in doubt: no answer"},
      {"the worker was lost", "the worker was lost"},
      {"451 later; the worker was lost", "451 later; the worker was lost"},
      {"451 in doubt: odd", "451 in doubt: odd"},
      {"in doubt: no answer; the worker was lost", "in doubt: no answer; the worker was lost"},
      {"", ""}};
  {
    SQLite::Database file(path, SQLite::OPEN_READWRITE);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      SQLite::Statement update(file, "UPDATE jobs SET last_error = ? WHERE id = ?");
      update.bind(1, errors[i].first);
      update.bind(2, static_cast<int>(i) + 1);
      update.exec();
    }
  }
  Storage storage(StorageOptions{.path = path});
  const auto jobs = storage.read([](const Stores& stores) { return stores.jobs.list({}); });
  REQUIRE(jobs.size() == errors.size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    CAPTURE(i);
    CHECK(error_text(jobs[i]) == errors[i].second);
    CHECK(jobs[i].in_doubt == (i == 0 || i == 4));
    CHECK(jobs[i].lost_workers == (i == 1 || i == 2 || i == 4 ? 1 : 0));
  }
  CHECK(jobs[4].last_error == "no answer");
  CHECK(storage.read([](const Stores& stores) { return stores.lanes.all(); }).empty());
}

TEST_CASE(
    "migrations: a prize's time goes on where the winner's mail is out, and waits where it does",
    "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  create(path, 6);
  const std::string state = GENERATE("ready", "done", "dead", "pruned");
  {
    SQLite::Database file(path, SQLite::OPEN_READWRITE);
    file.exec("UPDATE drawn SET claim_until = 1790000900000 WHERE position = 1");
    file.exec(
        "INSERT INTO draw_events VALUES (2, 1, 1790000010000, 2, 'el premio no se reclamó a "
        "tiempo', NULL)");
    const std::string ended = "finished_at = 1790000005000, lease = NULL, lease_end = NULL";
    if (state == "ready") file.exec("UPDATE jobs SET state = 'ready', lease = NULL WHERE id = 3");
    if (state == "done") file.exec("UPDATE jobs SET state = 'done', " + ended + " WHERE id = 3");
    if (state == "dead") {
      file.exec("UPDATE jobs SET state = 'dead', last_error = '550 no', " + ended +
                " WHERE id = 3");
    }
    if (state == "pruned") file.exec("DELETE FROM jobs WHERE id = 3");
  }
  CAPTURE(state);
  Storage storage(StorageOptions{.path = path});
  const auto drawn = storage.read([](const Stores& stores) { return stores.draws.drawn(2); });
  REQUIRE(drawn.size() == 2);
  const Drawn& winner = drawn[0];
  CHECK(winner.claim_until.has_value() == (state != "ready"));
  CHECK(state_of(winner) == (state == "ready"  ? PrizeState::pending
                             : state == "dead" ? PrizeState::unreachable
                                               : PrizeState::notified));
  if (state == "dead") CHECK(winner.unreachable_reason == "550 no");
  if (state == "done") CHECK(winner.notified_at == kThen + Millis{5000});
  CHECK(state_of(drawn[1]) == PrizeState::passed_on);
}
