#include <algorithm>
#include <optional>

#include "cli/control_client.h"
#include "cli/finding.h"
#include "cli/output.h"
#include "promotions/app/application.h"
#include "promotions/base/errors.h"
#include "promotions/manager/draw_audit.h"
#include "promotions/storage/database_file.h"
#include "promotions/storage/storage.h"

namespace promotions {
namespace {

using Findings = std::vector<Finding>;

Finding failed(const std::string& detail) {
  return {"database", false, detail};
}

// Asks the server that holds the database whether it takes sign-ups: /readyz tries a write. nullopt
// if it does.
std::optional<std::string> ask_server(const Config& config, const std::string& path) {
  const LockHolder holder = DatabaseLock::holder(path);
  if (!holder.database.empty()) {
    return "is the same file as " + holder.database + " and in use by " + to_text(holder) +
           "; name it " + holder.database;
  }
  ControlClient client(control_socket_path(config.storage, Role::server));
  const auto answer = client.request("GET", "/readyz");
  if (!answer) {
    return "in use by " + to_text(holder) + ", which does not answer; try again, or stop it";
  }
  if (answer->status < 400) return std::nullopt;
  const std::string detail = answer->body.is_object()
                                 ? answer->body.value("detail", "it is not ready")
                                 : "it is not ready";
  return "the server (" + to_text(holder) + ") takes no sign-up: " + detail + "; " +
         space_left(path);
}

// Why a sign-up could not be stored, "what; what would be right"; nullopt if it could. Without a
// server, the lock lets this process try a write itself.
std::optional<std::string> try_sign_up(const Config& config, const std::string& path) {
  const auto lock = DatabaseLock::try_acquire(path);
  return lock ? probe_write(path) : ask_server(config, path);
}

Findings check_draws(const std::string& path) {
  const Progress progress("drawing again what was drawn");
  DrawAudit audit;
  const bool is_current =
      read_database(path, [&](const Stores& stores) { audit = audit_draws(stores); });
  if (!is_current) {
    return {{"draws", true, "not looked at: the next start brings the database up to date first"}};
  }
  Findings findings;
  for (const std::string& problem : audit.problems) findings.push_back({"draws", false, problem});
  if (findings.empty() && audit.draws > 0) {
    findings.push_back({"draws", true, std::to_string(audit.draws) + " come out as they were"});
  }
  return findings;
}

// What can be found out without opening the database.
Findings check_files(const Config& config) {
  const std::string& path = config.storage.path;
  Findings findings;
  for (const std::string& trouble : file_troubles(path)) findings.push_back(failed(trouble));
  if (findings.empty() && presence_of_database(path) != DatabasePresence::there) {
    findings.push_back(failed(missing_database(config.storage)));
  }
  if (!findings.empty()) return findings;
  // Looked at before the database is opened, which makes files beside it.
  if (const auto foreign = foreign_file(path)) {
    findings.push_back(failed(real_database_path(path) + ": " + *foreign));
  }
  return findings;
}

bool is_of_damage(const std::string& problem) {
  return problem.starts_with("is damaged");
}

Findings check_content(const Config& config) {
  const std::string& path = config.storage.path;
  const std::string place = real_database_path(path) + ": ";
  Findings findings;
  const auto trouble = try_sign_up(config, path);
  const Progress progress("checking the database");
  const auto problems = check_integrity(path);
  // If a sign-up fails because of damage, the damage that was found is reported, and not twice.
  if (trouble && (problems.empty() || !is_of_damage(*trouble) || !is_of_damage(problems.front()))) {
    findings.push_back(failed(place + *trouble));
  }
  for (const std::string& problem : problems) {
    if (!trouble || problem != *trouble) findings.push_back(failed(place + problem));
  }
  // Draws can be made again from rows that disagree, or were changed; not from a damaged file.
  const bool is_readable = std::none_of(problems.begin(), problems.end(), is_of_damage);
  if (trouble || !is_readable) return findings;
  if (findings.empty()) findings.push_back({"database", true, real_database_path(path)});
  for (Finding& finding : check_draws(path)) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace

std::vector<Finding> check_database(const Config& config) {
  Findings findings = check_files(config);
  if (!findings.empty()) return findings;
  try {
    if (const auto links = hard_link_trouble(config.storage.path); !links.empty()) {
      findings.push_back({"files", false, links});
      // Under this name the log, and what is committed in it, may be missing, so nothing is opened.
      // If a server runs, it has opened the right name, and the content can be checked.
      if (DatabaseLock::try_acquire(config.storage.path)) return findings;
    }
    for (Finding& finding : check_content(config)) findings.push_back(std::move(finding));
  } catch (const std::exception& error) {
    findings.push_back(failed(error.what()));
  }
  return findings;
}

}  // namespace promotions
