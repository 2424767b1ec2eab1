#include <algorithm>
#include <functional>
#include <tuple>

#include "promotions/base/embedded.h"
#include "promotions/base/errors.h"
#include "promotions/storage/storage.h"
#include "storage/complaint.h"
#include "storage/schema.h"
#include "storage/sqlite_connection.h"

namespace promotions {
namespace {

constexpr std::size_t kMostProblems = 20;  // told of each kind
// No entry is missing, and a backup would have fewer.
constexpr char kReport[] = "; keep a copy of the file and report this, no entry is lost by it";

constexpr char kIntegrity[] = "PRAGMA integrity_check(20)";
constexpr char kForeignKeys[] =
    "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 20";
// The counts of a campaign that is being deleted mean nothing.
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

using Problems = std::vector<std::string>;

void check_file(SqliteConnection& connection, Problems& problems) {
  Query query(connection, kIntegrity);
  while (query.step()) {
    if (query.text(0) != "ok") {
      problems.push_back("is damaged: " + query.text(0) + "; " + kKeepCopyAndRestore);
    }
  }
}

void check_foreign_keys(SqliteConnection& connection, Problems& problems) {
  Query query(connection, kForeignKeys);
  while (query.step()) {
    problems.push_back("row " + query.text(1) + " of " + query.text(0) + " belongs to no row of " +
                       query.text(2) + "; " + kKeepCopyAndRestore);
  }
}

void check_counters(SqliteConnection& connection, Problems& problems) {
  Query query(connection, kCounters);
  while (query.step()) {
    const auto compare = [&](const char* what, int counted, int there) {
      if (query.integer(counted) == query.integer(there)) return;
      problems.push_back("campaign " + query.text(0) + " counts " + query.text(counted) + " " +
                         what + " subscribers and has " + query.text(there) + kReport);
    };
    compare("pending", 1, 3);
    compare("verified", 2, 4);
    if (query.integer(5) <= query.integer(6)) {
      problems.push_back("campaign " + query.text(0) + " would give out ticket " + query.text(5) +
                         " again" + kReport);
    }
  }
}

// By hashes, so that millions of addresses need some dozens of megabytes and no file.
void check_addresses(SqliteConnection& connection, Problems& problems) {
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
  std::size_t found = 0;
  for (std::size_t i = 1; i < entries.size() && found < kMostProblems; ++i) {
    const Entry& one = entries[i - 1];
    const Entry& other = entries[i];
    if (one.campaign_id != other.campaign_id || one.hash != other.hash) continue;
    Query query(connection, kAreSame, one.id, other.id);
    if (!query.step()) continue;
    ++found;
    problems.push_back("campaign " + query.text(0) + " has one address twice, as subscribers " +
                       std::to_string(one.id) + " and " + std::to_string(other.id) +
                       "; erase one of them");
  }
}

}  // namespace

std::vector<std::string> check_integrity(const std::string& path) {
  Problems problems;
  try {
    SqliteConnection connection(path, SqliteConnection::Mode::read);
    const int version = check_ours(connection, path);
    connection.execute("BEGIN");
    check_file(connection, problems);
    if (!problems.empty() || version == 0) return problems;  // what follows needs sound tables
    check_foreign_keys(connection, problems);
    check_counters(connection, problems);
    check_addresses(connection, problems);
  } catch (const UserError& error) {
    problems.push_back(std::string(error.what()).substr(path.size() + 2));  // without the place
  } catch (const SQLite::Exception& error) {
    const Complaint complaint = complaint_of(path, error);
    problems.push_back(complaint.what + "; " + complaint.right);
  }
  return problems;
}

bool read_database(const std::string& path, const std::function<void(const Stores&)>& f) {
  try {
    SqliteConnection connection(path, SqliteConnection::Mode::read);
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
