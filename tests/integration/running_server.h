// The real binary, serving on a free port in a folder of its own.
#pragma once

#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "promotions/base/json.h"
#include "support/child_process.h"
#include "support/temp_folder.h"

namespace promotions {

inline constexpr std::chrono::seconds kSoon{30};  // a deadline, not a wait

struct Reply {
  int status = 0;
  Json body;  // discarded if it is not JSON
  std::string text;
  httplib::Headers headers;
  std::string code() const { return body.is_object() ? body.value("code", "") : ""; }
};

// An account "boss" with the password "open sesame" exists. Limits are off unless `settings` say
// otherwise.
class RunningServer {
 public:
  // `settings`: "section.key=value" each. `environment`: "NAME=value" each.
  explicit RunningServer(std::vector<std::string> settings = {},
                         std::vector<std::string> environment = {});
  ~RunningServer();

  int port() const { return port_; }
  const TempFolder& folder() const { return folder_; }
  std::string database() const { return folder_.file("raffle.db"); }

  // Requests; the admin ones with Basic auth.
  Reply get(const std::string& path, const httplib::Headers& headers = {}) const;
  Reply head(const std::string& path) const;
  Reply post(const std::string& path, const Json& body, const httplib::Headers& headers = {}) const;
  Reply post_form(const std::string& path, const std::string& form,
                  const httplib::Headers& headers = {}) const;
  Reply post_raw(const std::string& path, const std::string& body,
                 const std::string& media_type) const;
  Reply admin(const std::string& method, const std::string& path, const Json& body = nullptr,
              httplib::Headers headers = {}) const;
  Reply sign_up(const std::string& campaign, const std::string& email) const;
  // With the defaults and what `settings` adds to them; 201 is required.
  void create_campaign(const std::string& slug, Json settings = Json::object()) const;

  // A command on the same database.
  ProgramResult command(std::vector<std::string> arguments, const std::string& input = {}) const;

  // The links of the first `count` mails of the outbox; waits until they are there.
  std::vector<std::string> wait_for_links(std::size_t count) const;

  // Waits until something that was printed holds `text`.
  bool wait_for_output(const std::string& text);
  std::string output();

  void signal(int number);
  int stop();   // SIGTERM; the exit status
  void kill();  // SIGKILL
  void restart();

 private:
  void start();
  void collect();
  std::vector<std::string> base_arguments() const;

  TempFolder folder_;
  std::vector<std::string> settings_;
  std::vector<std::string> environment_;
  int port_ = 0;
  std::unique_ptr<ChildProcess> process_;
  std::thread collector_;
  std::mutex mutex_;
  std::condition_variable printed_;
  std::string output_;  // guarded by mutex_
  bool ended_ = false;  // guarded by mutex_
};

// The link in the text part of a verification mail, below the public URL:
// "/verify_subscriber?token=…".
std::string link_in(const std::string& mail);

}  // namespace promotions
