// A database of a test's own, with one campaign to put things into.
#pragma once

#include <optional>

#include "promotions/storage/storage.h"
#include "support/manual_clock.h"
#include "support/samples.h"
#include "support/temp_folder.h"

namespace promotions {

struct Database {
  explicit Database(StorageOptions options_ = {}) : options(std::move(options_)) {
    options.path = folder.file("promotions.db");
    storage.emplace(options);
  }

  void reopen() {
    storage.reset();
    storage.emplace(options);
  }

  template <typename F>
  auto write(F&& f) {
    return storage->write(f);
  }
  template <typename F>
  auto read(F&& f) {
    return storage->read(f);
  }

  std::int64_t add_campaign(std::string_view slug = "autumn") {
    return write([&](Stores& stores) {
      return stores.campaigns.insert(slug, sample_settings(), ManualClock::kStart).value();
    });
  }

  std::int64_t add_subscriber(std::int64_t campaign, const std::string& email,
                              Time now = ManualClock::kStart) {
    return write([&](Stores& stores) {
      return stores.subscribers.insert(sample_subscriber(campaign, email, now)).value();
    });
  }

  // The subscriber gets the campaign's next ticket.
  std::int64_t verify(std::int64_t campaign, std::int64_t id, Time now = ManualClock::kStart) {
    return write([&](Stores& stores) {
      const std::int64_t ticket = stores.campaigns.take_ticket(campaign);
      stores.subscribers.verify(id, ticket, {}, now);
      return ticket;
    });
  }

  TempFolder folder;
  StorageOptions options;
  std::optional<Storage> storage;
};

// nullopt if no campaign has the slug.
inline std::optional<Campaign> find_campaign(const Stores& stores, std::string_view slug) {
  for (Campaign& campaign : stores.campaigns.all()) {
    if (campaign.slug == slug) return std::move(campaign);
  }
  return std::nullopt;
}

}  // namespace promotions
