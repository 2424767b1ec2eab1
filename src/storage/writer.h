// The one thread that writes. Private to storage.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <thread>

#include "promotions/base/mutex.h"
#include "promotions/storage/storage.h"
#include "storage/address_index.h"
#include "storage/checkpointer.h"
#include "storage/database_connection.h"
#include "storage/inbox.h"
#include "storage/open_files.h"
#include "storage/refusals.h"

namespace promotions {

// Group commit: whatever waits when the last commit is done goes into the next transaction, so the
// batch grows with the load and a lone write waits for nobody.
class Writer {
 public:
  // Takes the connection over; it must be migrated. `space` is borrowed. Throws SQLite::Exception.
  Writer(std::unique_ptr<DatabaseConnection> connection, ReservedSpace& space,
         const StorageOptions& options);
  ~Writer();  // finishes what waits

  void submit(WriteSource source, std::unique_ptr<Write> write);
  CommitListener listen(std::function<void(const Effects&)> listener);  // see Storage::listen()
  void on_broken(std::function<void()> callback);
  std::uint64_t refused() const { return refusals_.count(); }
  // For whoever opens the database once more. Thread-safe.
  const OpenFiles& files() const { return files_; }

 private:
  enum class Care { none, each };  // each: a write that fails is undone alone
  struct Trouble {
    int extended_code = 0;
    int system_error = 0;
  };

  void run();
  bool commit(WriteBatch& batch);
  std::optional<Trouble> try_to_commit(WriteBatch& batch);
  bool make_room();
  bool apply(WriteBatch& batch, Care care);
  void announce(const Effects& effects);
  std::exception_ptr apply_one(Write& write);
  void give_up(WriteBatch& batch, const Trouble& trouble);
  void give_up(WriteBatch& batch, const OpenFiles::Trouble& trouble);
  bool secure_log();
  void look_at_files();
  void refuse(WriteBatch& batch, const Complaint& complaint, const std::string& code = {});
  void announce_broken(const std::string& reason);
  template <typename Step>
  void checkpoint(Step step);
  void rollback() noexcept;
  void run(const char* sql) { Query(*connection_, sql).run(); }

  const std::string path_;
  Inbox inbox_;
  Refusals refusals_;

  // Used by thread_ only.
  std::unique_ptr<DatabaseConnection> connection_;
  const OpenFiles files_;
  AddressIndex addresses_;
  Stores stores_;
  Checkpointer checkpointer_;
  bool is_broken_ = false;    // nothing may be written until a restart
  bool is_log_kept_ = false;  // the files are not those that are open

  Mutex mutex_;
  std::list<std::function<void(const Effects&)>> listeners_ GUARDED_BY(mutex_);
  std::function<void()> on_broken_ GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace promotions
