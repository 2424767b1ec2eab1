#include "promotions/storage/settings_store.h"

#include <algorithm>
#include <string>

#include "storage/database_connection.h"

namespace promotions {
namespace {

constexpr char kGet[] = "SELECT value FROM settings WHERE name = ?1";
constexpr char kSet[] =
    "INSERT INTO settings (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

// The jobs that waited while the queue was paused can run now, so the dispatcher must be woken.
constexpr Change kResumeQueue{
    "INSERT INTO settings (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    Effect::adds_jobs};

constexpr char kTouch[] =
    "INSERT INTO settings (name, value) VALUES ('touched', randomblob(8))"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

constexpr char kSecret[] = "secret";
constexpr char kQueuePaused[] = "queue_paused";
constexpr char kReadyAt[] = "ready_at";
constexpr char kAddressKey[] = "address_key";
constexpr char kAddressesIndexed[] = "addresses_indexed";

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

template <std::size_t Size>
std::optional<std::array<unsigned char, Size>> key(DatabaseConnection& connection,
                                                   const char* name) {
  Query query(connection, kGet, name);
  if (!query.step() || query.blob(0).size() != Size) return std::nullopt;
  std::array<unsigned char, Size> key{};
  const auto stored = query.blob(0);
  std::copy(stored.begin(), stored.end(), key.begin());
  return key;
}

}  // namespace

std::optional<std::array<unsigned char, 32>> SettingsStore::secret() const {
  return key<32>(connection_, kSecret);
}

void SettingsStore::set_secret(std::span<const unsigned char, 32> secret) {
  Query(connection_, kSet, kSecret, std::span<const unsigned char>(secret)).run();
}

bool SettingsStore::is_queue_paused() const {
  Query query(connection_, kGet, kQueuePaused);
  return query.step() && query.blob(0).size() == 1 && query.blob(0).front() == '1';
}

void SettingsStore::set_queue_paused(bool paused) {
  if (paused) {
    Query(connection_, kSet, kQueuePaused, bytes_of("1")).run();
  } else {
    Query(connection_, kResumeQueue, kQueuePaused, bytes_of("0")).run();
  }
}

std::optional<ShortHashKey> SettingsStore::address_key() const {
  return key<16>(connection_, kAddressKey);
}

void SettingsStore::set_address_key(const ShortHashKey& key) {
  Query(connection_, kSet, kAddressKey, std::span<const unsigned char>(key)).run();
}

std::int64_t SettingsStore::addresses_indexed() const {
  Query query(connection_, kGet, kAddressesIndexed);
  return query.step() ? std::stoll(query.text(0)) : 0;
}

void SettingsStore::set_addresses_indexed(std::int64_t subscriber_id) {
  Query(connection_, kSet, kAddressesIndexed, bytes_of(std::to_string(subscriber_id))).run();
}

// The time stands in each page of the value, so that each page differs from what was there and is
// written.
void SettingsStore::mark_ready(Time now) {
  const std::string stamp = std::to_string(now.time_since_epoch().count()) + " ";
  std::string filled;
  filled.reserve(kProbeBytes + stamp.size());
  while (filled.size() < kProbeBytes) filled += stamp;
  Query(connection_, kSet, kReadyAt, bytes_of(filled)).run();
}

void SettingsStore::touch() {
  Query(connection_, kTouch).run();
}

}  // namespace promotions
