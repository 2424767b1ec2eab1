#include "manager/address_loader.h"

#include <limits>
#include <utility>

#include "promotions/base/log.h"
#include "promotions/base/thread_priority.h"

namespace promotions {

RegistrationSource registrations_of(Storage& storage) {
  return [&storage](std::int64_t before, int limit) {
    return storage.read(
        [&](const Stores& stores) { return stores.subscribers.registrations(before, limit); });
  };
}

AddressLoader::AddressLoader(KnownAddresses& known, RegistrationSource source,
                             AddressLoaderOptions options)
    : known_(known), source_(std::move(source)), options_(options) {}

AddressLoader::~AddressLoader() {
  stop();
}

void AddressLoader::start() {
  thread_ = std::thread([this] { run(); });
}

void AddressLoader::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void AddressLoader::run() {
  set_thread_niceness(19);
  try {
    load();
  } catch (const std::exception& error) {
    logs::warn("known addresses: loading ended: {}", error.what());
  }
}

void AddressLoader::load() {
  std::size_t loaded = 0;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  while (!stopping_) {
    // Taken before the rows are read: add() then refuses rows that may have been erased since.
    const std::uint64_t forgotten = known_.forgotten();
    const auto rows = source_(before, options_.rows_at_once);
    const auto outcome = add(rows, forgotten, loaded);
    if (outcome == KnownAddresses::AddOutcome::stale) continue;  // read the same rows again
    const bool full = outcome == KnownAddresses::AddOutcome::full;
    if (full || rows.empty()) {
      logs::info("known addresses: {} loaded{}", loaded, full ? ", memory is full" : "");
      return;
    }
    before = rows.back().id;
  }
}

// Stops at the first row that is stale or finds no room, and returns that outcome. The rows that
// were added before it are still right.
KnownAddresses::AddOutcome AddressLoader::add(const std::vector<Registration>& rows,
                                              std::uint64_t forgotten, std::size_t& loaded) {
  using Outcome = KnownAddresses::AddOutcome;
  for (const Registration& row : rows) {
    if (!row.verified_at) continue;
    const Outcome outcome = known_.add(row.campaign_id, row.email_key, std::nullopt, forgotten);
    if (outcome == Outcome::stale || outcome == Outcome::full) return outcome;
    if (outcome == Outcome::added) ++loaded;
  }
  return Outcome::added;
}

}  // namespace promotions
