#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "promotions/base/embedded.h"
#include "promotions/base/errors.h"
#include "promotions/domain/consent.h"
#include "promotions/storage/storage.h"
#include "storage/complaint.h"
#include "storage/database_connection.h"
#include "storage/schema.h"

namespace promotions {
namespace {

constexpr std::size_t kMostProblems = 20;  // of each kind; the queries below have the same limit
// Restoring a backup is no advice here: no entry is missing, and a backup would have fewer.
constexpr char kReport[] = "keep a copy of the file and report this, no entry is lost by it";
constexpr char kLookAtBoth[] =
    "look at both (promotions subscribers show) and erase the one that is not verified";

constexpr char kIntegrity[] = "PRAGMA integrity_check(20)";
constexpr char kForeignKeys[] =
    "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 20";
// Campaigns that are being deleted are left out, since their counts mean nothing.
constexpr char kCounters[] =
    "SELECT campaigns.slug, ifnull(counted.pending, -1), ifnull(counted.verified, -1),"
    " count(subscribers.id) - count(subscribers.verified_at), count(subscribers.verified_at),"
    " ifnull(counted.next_ticket, 0), ifnull(max(subscribers.ticket), 0)"
    " FROM campaigns LEFT JOIN campaign_counters counted ON counted.campaign_id = campaigns.id"
    " LEFT JOIN subscribers ON subscribers.campaign_id = campaigns.id"
    " WHERE campaigns.slug IS NOT NULL GROUP BY campaigns.id";
constexpr char kAddresses[] =
    "SELECT id, campaign_id, email_key FROM subscribers WHERE email_key IS NOT NULL";
constexpr char kAreSame[] =
    "SELECT slug FROM subscribers a, subscribers b, campaigns WHERE a.id = ?1 AND b.id = ?2"
    " AND a.campaign_id = b.campaign_id AND a.email_key = b.email_key"
    " AND campaigns.id = a.campaign_id";

constexpr char kConsentTexts[] = "SELECT campaign_id, hash, text FROM consent_texts";
constexpr char kConsents[] =
    "SELECT id, campaign_id, consents FROM subscribers WHERE consents IS NOT NULL"
    " UNION ALL SELECT subscribers.id, campaign_id, sign_up_variants.consents FROM sign_up_variants"
    " JOIN subscribers ON subscribers.id = subscriber_id"
    " WHERE sign_up_variants.consents IS NOT NULL";
constexpr int kConsentsSince = 15;  // the schema that has them

constexpr char kTriggers[] =
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name";
constexpr char kSomebodyChanged[] =
    "somebody has changed the database: keep a copy, and compare its draws with what was published";
constexpr char kProofIsLost[] =
    "somebody has changed the database: keep a copy, and look in backups for the text";

using Problems = std::vector<std::string>;

// Collects the problems of one kind. Its destructor adds one line for them: the first problem, how
// many more there are like it, and what to do.
class Kind {
 public:
  Kind(Problems& problems, std::string right) : problems_(problems), right_(std::move(right)) {}
  ~Kind() {
    if (count_ == 0) return;
    if (count_ > 1) {
      first_ += ", and " + std::to_string(count_ - 1) +
                (count_ >= kMostProblems ? " or more like it" : " more like it");
    }
    problems_.push_back(first_ + "; " + right_);
  }
  Kind(const Kind&) = delete;
  Kind& operator=(const Kind&) = delete;

  void add(std::string problem) {
    if (count_++ == 0) first_ = std::move(problem);
  }
  std::size_t count() const { return count_; }

 private:
  Problems& problems_;
  const std::string right_;
  std::string first_;
  std::size_t count_ = 0;
};

// SQLite's own check. A row of its answer may hold several lines, below one that names the
// database.
void check_file(DatabaseConnection& connection, Problems& problems) {
  Kind damage(problems, kKeepCopyAndRestore);
  Query query(connection, kIntegrity);
  while (query.step()) {
    std::istringstream lines(query.text(0));
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line == "ok" || line.starts_with("*** in database")) continue;
      damage.add("is damaged: " + line);
    }
  }
}

void check_foreign_keys(DatabaseConnection& connection, Problems& problems) {
  Kind orphans(problems, kKeepCopyAndRestore);
  Query query(connection, kForeignKeys);
  while (query.step()) {
    orphans.add("row " + query.text(1) + " of " + query.text(0) + " belongs to no row of " +
                query.text(2));
  }
}

void check_counters(DatabaseConnection& connection, Problems& problems) {
  Kind miscounts(problems, kReport);
  Query query(connection, kCounters);
  while (query.step()) {
    const auto compare = [&](const char* what, int counted, int there) {
      if (query.integer(counted) == query.integer(there)) return;
      miscounts.add("campaign " + query.text(0) + " counts " + query.text(counted) + " " + what +
                    " subscribers and has " + query.text(there));
    };
    compare("pending", 1, 3);
    compare("verified", 2, 4);
    if (query.integer(5) <= query.integer(6)) {
      miscounts.add("campaign " + query.text(0) + " would give out ticket " + query.text(5) +
                    " again");
    }
  }
}

// Their SQL by their names.
std::map<std::string, std::string> triggers_of(const SQLite::Database& database) {
  std::map<std::string, std::string> triggers;
  SQLite::Statement query(database, kTriggers);
  while (query.executeStep()) triggers[query.getColumn(0)] = query.getColumn(1).getString();
  return triggers;
}

// What keeps seals and draws from being changed must be there as it was made.
void check_triggers(DatabaseConnection& connection, int version, Problems& problems) {
  SQLite::Database fresh(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  const auto migrations = embedded_migrations();
  for (const EmbeddedFile& migration : migrations.first(static_cast<std::size_t>(version))) {
    fresh.exec(std::string(migration.content));
  }
  const auto expected = triggers_of(fresh);
  const auto found = triggers_of(connection.database());
  Kind changed(problems, kSomebodyChanged);
  for (const auto& [name, sql] : expected) {
    const auto trigger = found.find(name);
    if (trigger == found.end()) {
      changed.add("the trigger " + name + " is missing");
    } else if (trigger->second != sql) {
      changed.add("the trigger " + name + " is another one");
    }
  }
  for (const auto& [name, sql] : found) {
    if (!expected.contains(name)) changed.add("the trigger " + name + " is not ours");
  }
}

// Looks for addresses that are twice in a campaign. It sorts hashes, so that millions of addresses
// need some dozens of megabytes and no temporary file, and compares the rows whose hashes agree.
void check_addresses(DatabaseConnection& connection, Problems& problems) {
  struct Entry {
    std::size_t hash;
    std::int64_t campaign_id;
    std::int64_t id;
  };
  std::vector<Entry> entries;
  {
    Query query(connection, kAddresses);
    while (query.step()) {
      entries.push_back(
          {std::hash<std::string>{}(query.text(2)), query.integer(1), query.integer(0)});
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.campaign_id, a.hash, a.id) < std::tie(b.campaign_id, b.hash, b.id);
  });
  Kind twins(problems, kLookAtBoth);
  for (std::size_t i = 1; i < entries.size() && twins.count() < kMostProblems; ++i) {
    const Entry& one = entries[i - 1];
    const Entry& other = entries[i];
    if (one.campaign_id != other.campaign_id || one.hash != other.hash) continue;
    Query query(connection, kAreSame, one.id, other.id);
    if (!query.step()) continue;
    twins.add("campaign " + query.text(0) + " has one address twice, as subscribers " +
              std::to_string(one.id) + " and " + std::to_string(other.id));
  }
}

// The consents are a proof only with their texts, unaltered.
void check_consents(DatabaseConnection& connection, Problems& problems) {
  Kind altered(problems, kProofIsLost);
  std::set<std::pair<std::int64_t, Hash>> kept;
  Query texts(connection, kConsentTexts);
  while (texts.step()) {
    const Hash hash = sha256(texts.text(2));
    const auto stored = texts.blob(1);
    if (!std::equal(stored.begin(), stored.end(), hash.begin(), hash.end())) {
      altered.add("a text that subscribers of campaign " + texts.text(0) +
                  " agreed to is another one");
    }
    kept.insert({texts.integer(0), hash});
  }
  Query given(connection, kConsents);
  while (given.step() && altered.count() < kMostProblems) {
    const auto fault = [&]() -> const char* {
      try {
        for (const Consent& consent : read_consents(given.text(2))) {
          if (!kept.contains({given.integer(1), consent.text})) return "without its text";
        }
        return nullptr;
      } catch (const std::exception&) {
        return "that cannot be read";
      }
    }();
    if (fault != nullptr) {
      altered.add("subscriber " + given.text(0) + " has a consent " + fault);
    }
  }
}

}  // namespace

std::vector<std::string> check_integrity(const std::string& path) {
  Problems problems;
  try {
    DatabaseConnection connection(path, DatabaseConnection::Mode::look);
    const int version = check_ours(connection, path);
    connection.execute("BEGIN");
    check_file(connection, problems);
    // The checks below need tables that exist and are sound.
    if (!problems.empty() || version == 0) return problems;
    check_triggers(connection, version, problems);
    check_foreign_keys(connection, problems);
    check_counters(connection, problems);
    check_addresses(connection, problems);
    if (version >= kConsentsSince) check_consents(connection, problems);
  } catch (const UserError& error) {
    problems.push_back(std::string(error.what()).substr(path.size() + 2));  // without "PATH: "
  } catch (const SQLite::Exception& error) {
    const Complaint complaint = complaint_of(path, error);
    problems.push_back(complaint.what + "; " + complaint.right);
  }
  return problems;
}

bool read_database(const std::string& path, const std::function<void(const Stores&)>& f) {
  try {
    DatabaseConnection connection(path, DatabaseConnection::Mode::look);
    if (check_ours(connection, path) != static_cast<int>(embedded_migrations().size())) {
      return false;
    }
    connection.execute("BEGIN");
    f(Stores(connection));
    return true;
  } catch (const SQLite::Exception& error) {
    throw StorageUnavailable(complaint_of(path, error).what);
  }
}

}  // namespace promotions
