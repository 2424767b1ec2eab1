#include "promotions/storage/account_store.h"

#include "storage/database_connection.h"

namespace promotions {
namespace {

constexpr char kAll[] = "SELECT name, password_hash, created_at FROM accounts ORDER BY name";
constexpr char kFind[] = "SELECT name, password_hash, created_at FROM accounts WHERE name = ?1";
constexpr char kInsert[] =
    "INSERT INTO accounts (name, password_hash, created_at) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (name) DO NOTHING";
constexpr Change kSetPassword{"UPDATE accounts SET password_hash = ?2 WHERE name = ?1",
                              Effect::erases};
constexpr Change kRemove{"DELETE FROM accounts WHERE name = ?1", Effect::erases};

Account read_account(const Query& row) {
  return {row.text(0), row.text(1), row.time(2)};
}

}  // namespace

std::vector<Account> AccountStore::all() const {
  std::vector<Account> accounts;
  Query query(connection_, kAll);
  while (query.step()) accounts.push_back(read_account(query));
  return accounts;
}

std::optional<Account> AccountStore::find(std::string_view name) const {
  Query query(connection_, kFind, name);
  return query.step() ? std::optional(read_account(query)) : std::nullopt;
}

bool AccountStore::insert(const Account& account) {
  Query(connection_, kInsert, account.name, account.password_hash, account.created_at).run();
  return connection_.changes() == 1;
}

bool AccountStore::set_password(std::string_view name, std::string_view password_hash) {
  Query(connection_, kSetPassword, name, password_hash).run();
  return connection_.changes() == 1;
}

bool AccountStore::remove(std::string_view name) {
  Query(connection_, kRemove, name).run();
  return connection_.changes() == 1;
}

}  // namespace promotions
