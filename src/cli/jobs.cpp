#include <memory>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"

namespace promotions {
namespace {

constexpr char kJobs[] = "/api/v1/jobs";

struct JobOptions {
  std::string id;
  std::string state;
  std::string kind;
  std::string after;
  int limit = 100;
};

int list(const GlobalOptions& options, const JobOptions& filter) {
  Session session(options);
  const OrderedJson answer =
      session
          .request("jobs list", "GET",
                   std::string(kJobs) + "?state=" + filter.state + "&kind=" + filter.kind +
                       "&after=" + filter.after + "&limit=" + std::to_string(filter.limit))
          .body;
  if (options.json) {
    print_json(answer);
    return kDone;
  }
  print_table(answer["items"], {{"ID", "id"},
                                {"KIND", "kind"},
                                {"STATE", "state"},
                                {"ATTEMPT", "attempt"},
                                {"RUN AT", "run_at"},
                                {"LAST ERROR", "last_error"}});
  if (!answer["next"].is_null()) {
    std::printf("more: --after %s\n", answer["next"].get<std::string>().c_str());
  }
  return kDone;
}

// `suffix` of the job's path: "" shows, "/retry" and "/cancel" change.
int one(const GlobalOptions& options, const std::string& id, const char* method,
        const char* suffix) {
  Session session(options);
  const OrderedJson job =
      session.request("jobs", method, std::string(kJobs) + "/" + id + suffix).body;
  if (options.json) {
    print_json(job);
  } else {
    print_record(job);
  }
  return kDone;
}

}  // namespace

void add_jobs(CLI::App& app, Action& action) {
  CLI::App* jobs = app.add_subcommand("jobs", "Looks into the queue");
  jobs->require_subcommand(1);
  const auto options = std::make_shared<JobOptions>();

  CLI::App* list_command = jobs->add_subcommand("list", "Shows jobs, oldest first");
  list_command->add_option("--state", options->state,
                           "scheduled, ready, running, done, dead or cancelled");
  list_command->add_option("--kind", options->kind,
                           "verification, receipt, winner, finish_campaign, …");
  list_command->add_option("--after", options->after, "Only ids above this one");
  list_command->add_option("--limit", options->limit, "At most so many (100)");
  list_command->callback([&action, options] {
    action = [options](const GlobalOptions& global) { return list(global, *options); };
  });
  const auto add_by_id = [&](const char* name, const char* help, const char* method,
                             const char* suffix) {
    CLI::App* command = jobs->add_subcommand(name, help);
    command->add_option("ID", options->id, "The job")->required()->check(CLI::NonNegativeNumber);
    command->callback([&action, options, method, suffix] {
      action = [options, method, suffix](const GlobalOptions& global) {
        return one(global, options->id, method, suffix);
      };
    });
  };
  add_by_id("show", "Shows one job", "GET", "");
  add_by_id("retry", "Makes it ready now, from its first attempt", "POST", "/retry");
  add_by_id("cancel", "Takes it out of the queue", "POST", "/cancel");
}

}  // namespace promotions
