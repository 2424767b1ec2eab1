#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/usage.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/config/suggestion.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr char kJobs[] = "/api/v1/jobs";

struct JobOptions {
  std::string id;
  std::string state;
  std::string kind;
  std::string after;
  int limit = 100;
  bool all = false;   // for retry: all dead jobs
  std::string error;  // for retry: only those whose error contains this
};

// Says which lanes do not work and why: the listed jobs do not show that they wait for their lane.
void explain_waiting(Session& session) {
  const OrderedJson queue = session.request("jobs list", "GET", "/api/v1/queue").body;
  for (const auto& lane : queue["lanes"]) {
    const std::string state = lane["state"].get<std::string>();
    if (state == "working") continue;
    std::string line = "lane " + lane["name"].get<std::string>() + " is " + state;
    if (!lane["since"].is_null()) line += " since " + lane["since"].get<std::string>();
    if (!lane["until"].is_null()) line += ", next try " + lane["until"].get<std::string>();
    if (!lane["reason"].is_null()) line += ": " + lane["reason"].get<std::string>();
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

int list(const GlobalOptions& options, const JobOptions& filter) {
  Session session(options);
  const OrderedJson answer =
      session
          .request("jobs list", "GET",
                   std::string(kJobs) + "?order=newest&state=" + percent_encoded(filter.state) +
                       "&kind=" + percent_encoded(filter.kind) + "&after=" +
                       percent_encoded(filter.after) + "&limit=" + std::to_string(filter.limit))
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
  explain_waiting(session);
  return kDone;
}

// Requests one job and prints the answer. `suffix` is what follows in its path: "" shows the job,
// "/retry" and "/cancel" change it.
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

// A misspelt kind would match no job, and look as if none were dead.
void check_kind(const std::string& kind) {
  const std::vector<std::string> known(job_kinds::kAll.begin(), job_kinds::kAll.end());
  if (kind.empty() || std::find(known.begin(), known.end(), kind) != known.end()) return;
  std::string list;
  for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
  const auto nearest = suggestion(kind, known);
  throw UserError(
      "jobs retry: there is no kind of job \"" + kind + "\"; " +
          (nearest ? "did you mean " + *nearest + "? The kinds are " : "expected one of ") + list,
      kWrongUsage);
}

int retry_all(const GlobalOptions& options, const JobOptions& filter) {
  check_kind(filter.kind);
  Session session(options);
  const OrderedJson answer =
      session
          .request("jobs retry", "POST", std::string(kJobs) + "/retry",
                   OrderedJson{{"kind", filter.kind}, {"error", filter.error}})
          .body;
  if (options.json) {
    print_json(answer);
    return kDone;
  }
  const auto retried = answer["retried"].get<std::int64_t>();
  if (retried == 0) {
    std::puts(filter.kind.empty() && filter.error.empty()
                  ? "no job is dead; nothing was changed"
                  : "no dead job matches; nothing was changed");
  } else {
    std::printf("%lld %s again\n", static_cast<long long>(retried),
                retried == 1 ? "dead job is ready" : "dead jobs are ready");
  }
  return kDone;
}

int retry(const GlobalOptions& options, const JobOptions& job) {
  constexpr char place[] = "jobs retry";
  if (job.all != job.id.empty()) {
    throw UserError(std::string(place) + (job.all ? ": an ID and --all exclude each other"
                                                  : ": no job is named; expected an ID or --all"),
                    kWrongUsage);
  }
  if (job.all) return retry_all(options, job);
  if (!job.kind.empty() || !job.error.empty()) {
    throw UserError(std::string(place) + ": --kind and --error choose among many; expected --all",
                    kWrongUsage);
  }
  return one(options, job.id, "POST", "/retry");
}

}  // namespace

void add_jobs(CLI::App& app, Action& action) {
  CLI::App* jobs = app.add_subcommand("jobs", "Show, retry and cancel jobs of the queue");
  jobs->require_subcommand(1);
  // Shared with the callbacks, which run after this function has returned. Only one command is
  // given, so all of them can use the same fields.
  const auto options = std::make_shared<JobOptions>();

  CLI::App* list_command = jobs->add_subcommand("list", "List jobs, newest first");
  list_command->add_option("--state", options->state,
                           "scheduled, ready, running, done, dead or cancelled");
  list_command->add_option("--kind", options->kind,
                           "verification, receipt, winner, finish_campaign, …");
  list_command->add_option("--after", options->after, "Only ids below this one");
  list_command->add_option("--limit", options->limit, "Number of jobs, at most (100)")
      ->check(whole_number(1, 1000));
  list_command->callback([&action, options] {
    action = [options](const GlobalOptions& global) { return list(global, *options); };
  });
  const auto add_by_id = [&](const char* name, const char* help, const char* method,
                             const char* suffix) {
    CLI::App* command = jobs->add_subcommand(name, help);
    command->add_option("ID", options->id, "The job")->required()->check(id_number());
    command->callback([&action, options, method, suffix] {
      action = [options, method, suffix](const GlobalOptions& global) {
        return one(global, options->id, method, suffix);
      };
    });
  };
  add_by_id("show", "Show one job", "GET", "");
  CLI::App* retry_command =
      jobs->add_subcommand("retry", "Make a job ready now, from its first attempt");
  retry_command->add_option("ID", options->id, "The job")->check(id_number());
  retry_command->add_flag("--all", options->all, "All dead jobs");
  retry_command->add_option("--kind", options->kind, "With --all: only jobs of this kind");
  retry_command->add_option("--error", options->error,
                            "With --all: only jobs whose last error contains this text");
  retry_command->callback([&action, options] {
    action = [options](const GlobalOptions& global) { return retry(global, *options); };
  });
  add_by_id("cancel", "Cancel a job", "POST", "/cancel");
}

}  // namespace promotions
