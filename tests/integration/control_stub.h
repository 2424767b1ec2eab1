// Something that answers commands in the place of a server, as a test says.
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/storage/database_lock.h"

namespace promotions {

// Holds the database and its control socket. No server may run on it.
class ControlStub {
 public:
  struct Answer {
    int status;
    Json body;
  };

  // `answers`: in this order; after the last, 500 to everything.
  ControlStub(const std::string& database, std::vector<Answer> answers);
  ~ControlStub();
  ControlStub(const ControlStub&) = delete;
  ControlStub& operator=(const ControlStub&) = delete;

  // "METHOD target body" each; without those that ask whether somebody is there.
  std::vector<std::string> requests();

 private:
  void serve();
  void serve_one(int connection);
  Answer answer_to(const std::string& request);

  const std::string socket_path_;
  DatabaseLock lock_;
  int listener_ = -1;
  std::mutex mutex_;
  std::vector<Answer> answers_;        // guarded by mutex_; those to come
  std::vector<std::string> requests_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace promotions
