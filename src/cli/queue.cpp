#include <cstdio>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"

namespace promotions {
namespace {

int ask(const GlobalOptions& options, const char* method, const std::string& path) {
  Session session(options);
  const OrderedJson queue = session.request("queue", method, path).body;
  if (options.json) {
    print_json(queue);
    return kDone;
  }
  OrderedJson record = {{"paused", queue["paused"]}};
  for (const auto& [state, count] : queue["states"].items()) record[state] = count;
  record["oldest_ready_seconds"] = queue["oldest_ready_seconds"];
  print_record(record);
  if (queue["lanes"].empty()) return kDone;
  std::puts("");
  print_table(queue["lanes"], {{"LANE", "name"},
                               {"STATE", "state"},
                               {"SESSIONS", "sessions"},
                               {"SINCE", "since"},
                               {"UNTIL", "until"},
                               {"REASON", "reason"}});
  return kDone;
}

}  // namespace

void add_queue(CLI::App& app, Action& action) {
  CLI::App* queue = app.add_subcommand("queue", "Show, pause and resume the sending of mail");
  queue->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, const char* method, const char* path) {
    queue->add_subcommand(name, help)->callback([&action, method, path] {
      action = [method, path](const GlobalOptions& options) { return ask(options, method, path); };
    });
  };
  add("show", "Show the counts of jobs by state, and how the lanes are doing", "GET",
      "/api/v1/queue");
  add("pause", "Stop sending mail until it is resumed", "POST", "/api/v1/queue/pause");
  add("resume", "Send mail again", "POST", "/api/v1/queue/resume");
}

}  // namespace promotions
