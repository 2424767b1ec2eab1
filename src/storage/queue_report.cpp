#include "promotions/storage/queue_report.h"

#include <exception>

#include "promotions/base/embedded.h"
#include "promotions/storage/settings_store.h"
#include "promotions/storage/storage.h"
#include "storage/database_connection.h"
#include "storage/schema.h"

namespace promotions {

QueueReport read_queue_report(const std::string& path, const std::string& mail_lane) {
  if (foreign_file(path)) return {};
  try {
    DatabaseConnection connection(path, DatabaseConnection::Mode::look);
    // The queries do not fit an older schema, and only a start brings it up to date.
    if (check_ours(connection, path) != static_cast<int>(embedded_migrations().size())) return {};
    connection.execute("BEGIN");
    QueueReport report{SettingsStore(connection).is_queue_paused(), LaneStore(connection).all(),
                       JobStore(connection).dead_by_kind(mail_lane)};
    std::erase_if(report.lanes,
                  [](const LaneStatus& lane) { return lane.state == LaneState::working; });
    return report;
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace promotions
