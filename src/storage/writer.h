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

// Group commit: all writes that wait when a commit is done go into the next transaction, up to the
// bounds of StorageOptions. So batches grow with the load, and a lone write waits for nobody.
//
// Thread-safe. Owns its thread and the connection that writes.
class Writer {
 public:
  // The connection must be migrated. `space` is borrowed. Throws SQLite::Exception.
  Writer(std::unique_ptr<DatabaseConnection> connection, ReservedSpace& space,
         const StorageOptions& options);
  ~Writer();  // finishes the writes that wait

  // As the functions of Storage.
  void submit(WriteSource source, std::unique_ptr<Write> write);
  CommitListener listen(std::function<void(const Effects&)> listener);
  void on_broken(std::function<void()> callback);
  std::uint64_t refused() const { return refusals_.count(); }
  // Ask these before opening the database once more.
  const OpenFiles& files() const { return files_; }

 private:
  enum class Care { none, each };  // each: a savepoint around each write
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
  bool is_log_kept_ = false;  // closing leaves the log, since the files were not in place

  Mutex mutex_;
  std::list<std::function<void(const Effects&)>> listeners_ GUARDED_BY(mutex_);
  std::function<void()> on_broken_ GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace promotions
