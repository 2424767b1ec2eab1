// The composition root: builds everything, starts it, and stops it in the reverse order.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/config/config.h"
#include "promotions/mail/transport.h"
#include "promotions/storage/database_lock.h"

namespace promotions {

enum class Role {
  server,   // HTTP over TCP, all jobs
  command,  // only the owner's control socket, and no mail: what a command needs when no server
            // runs
};

// Can mail be sent from the addresses of the configuration, and answered to them? Throws
// ConfigError with the place of the one that is none.
void check_mailboxes(const Config& config);

// The transport that `config` describes, and the sender. Both throw ConfigError; of addresses only
// if they were not checked.
std::unique_ptr<Transport> make_transport(const MailConfig& config);
Mailbox sender_of(const MailConfig& config);

// Which of database and outbox users other than the owner may read, as "path: what; what would be
// right". The program makes them private, and leaves it to the owner to make them otherwise. The
// mode of a folder that holds other things as well is never to be changed.
std::vector<std::string> exposed_files(const Config& config);

// "/srv/promotions.db: there is no database; …", with what said to look there, and what to do.
std::string missing_database(const StorageConfig& config);

// Where a process of `role` listens for the owner's commands.
std::string control_socket_path(const StorageConfig& config, Role role);

// Owns all parts and their threads. Built by one thread, which also stops it. Until it has started,
// all members throw UserError if the database's disk fails.
class Application {
 public:
  // Opens the database (`lock` is held as long as this lives) and listens. Throws UserError.
  Application(const Config& config, Role role, DatabaseLock lock);
  ~Application();

  // Makes the account `admin` if there is none; its password, else nullopt.
  std::optional<std::string> ensure_admin();
  // Makes sure that an open campaign `demo` exists.
  void ensure_demo();

  // `on_broken` is called once, on another thread, if the database can no longer be trusted with
  // writes.
  void start(std::function<void()> on_broken);

  // "http://127.0.0.1:8080", as bound.
  std::string address() const;

  // Stops accepting, finishes what is in flight for `grace` at most. False: a job is still running,
  // and the process should end without destroying this.
  bool stop(Millis grace);

 private:
  struct Parts;
  DatabaseLock lock_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace promotions
