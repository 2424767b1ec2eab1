#include <algorithm>

#include "api/admin_endpoints.h"
#include "api/paging.h"
#include "promotions/base/time_text.h"
#include "promotions/http/body.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

OrderedJson job_json(const Job& job) {
  const std::string error = error_text(job);
  return {{"id", job.id},
          {"kind", job.kind},
          {"state", to_text(job.state)},
          {"attempt", job.attempt},
          {"max_attempts", job.max_attempts},
          {"run_at", to_rfc3339(job.run_at)},
          {"created_at", to_rfc3339(job.created_at)},
          {"finished_at",
           job.finished_at ? OrderedJson(to_rfc3339(*job.finished_at)) : OrderedJson(nullptr)},
          {"last_error", error.empty() ? OrderedJson(nullptr) : OrderedJson(error)}};
}

OrderedJson lane_json(const QueueStatus& queue, const LaneStatus& lane) {
  const auto time = [](const std::optional<Time>& at) {
    return at ? OrderedJson(to_rfc3339(*at)) : OrderedJson(nullptr);
  };
  return {{"name", lane.name},
          {"state", queue.holds(lane) ? "paused" : to_text(lane.state)},
          {"reason", lane.reason.empty() ? OrderedJson(nullptr) : OrderedJson(lane.reason)},
          {"since", time(lane.since)},
          {"until", time(lane.until)},
          {"sessions", lane.sessions}};
}

// The state of mail delivery. `promotions check` reads it if the mail server has no room for a
// session of its own.
OrderedJson mail_json(const QueueStatus& status) {
  if (!status.mail) return nullptr;
  OrderedJson json = {{"server", status.mail->server},
                      {"open_sessions", status.mail->open_sessions},
                      {"most_sessions", status.mail->most_sessions},
                      {"seconds_since_accepted", nullptr}};
  if (status.seconds_since_accepted) {
    json["seconds_since_accepted"] = *status.seconds_since_accepted;
  }
  return json;
}

std::string list_of_kinds() {
  std::string list;
  for (const JobKind& kind : job_kinds::kAll) {
    list += (list.empty() ? "" : ", ") + std::string(kind.name);
  }
  return list;
}

// Notes an error if there is no such kind of job; an empty `kind` stands for all.
void check_kind(FieldReader& fields, std::string_view kind) {
  const auto& kinds = job_kinds::kAll;
  if (kind.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return;
  fields.wrong("kind", "out_of_range", "must be a kind of job: " + list_of_kinds());
}

// Returns what is wrong with the body of a request that needs none: only an empty object or no body
// is allowed.
std::optional<Problem> body_problem(const Request& request) {
  const auto parsed = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  FieldReader fields(std::get<Json>(parsed));
  fields.allow_only({});
  return fields.failed() ? std::optional(fields.problem()) : std::nullopt;
}

// Returns a parameter of the body or of the query; empty if neither has it. Notes an error if they
// differ.
std::string choice(const Request& request, FieldReader& fields, const std::string& name) {
  const auto in_body = fields.text(name);
  const auto in_query = request.query(name);
  if (in_body && in_query && *in_body != *in_query) {
    fields.wrong(name, "contradiction", "is one thing in the body and another in the query");
  }
  return in_body ? *in_body : in_query.value_or(std::string());
}

Answer no_such_job() {
  return refuse({ProblemCode::not_found, "there is no such job"});
}

// `job` is as it is now. Its state may have changed since the change was refused.
Answer wrong_state(const std::optional<Job>& job) {
  const std::string now = job ? "the job is " + std::string(to_text(job->state)) + "; " : "";
  return refuse({ProblemCode::wrong_job_state,
                 now + "scheduled, dead and cancelled jobs can be retried, ready and scheduled "
                       "ones cancelled"});
}

}  // namespace

Answer QueueEndpoints::list_jobs(const Request& request) {
  const Json no_body = Json::object();  // the reader only collects what is wrong with the query
  FieldReader errors(no_body);
  const PageRequest page = read_page(request, errors);
  JobFilter filter;
  filter.after = page.after;
  filter.limit = page.limit;
  filter.kind = request.query("kind").value_or(std::string());
  check_kind(errors, filter.kind);
  if (const auto state = request.query("state"); state && !state->empty()) {
    filter.state = parse_job_state(*state);
    if (!filter.state) {
      errors.wrong("state", "out_of_range",
                   "must be scheduled, ready, running, done, dead or cancelled");
    }
  }
  const std::string order = request.query("order").value_or("oldest");
  filter.newest_first = order == "newest";
  if (order != "oldest" && order != "newest") {
    errors.wrong("order", "out_of_range", "must be oldest or newest");
  }
  if (errors.failed()) return refuse(errors.problem());
  return ok(page_json(queue_.list(filter), page, job_json));
}

Answer QueueEndpoints::show_job(const Request& request) {
  const auto id = parse_id(request.path_parameters.at("id"));
  const auto job = id ? queue_.find(*id) : std::nullopt;
  return job ? ok(job_json(*job)) : no_such_job();
}

Answer QueueEndpoints::retry_job(const Request& request) {
  return change(request, &Queue::retry);
}

Answer QueueEndpoints::cancel_job(const Request& request) {
  return change(request, &Queue::cancel);
}

// The body or the query may name a kind and a part of the error; without them all dead jobs are
// retried.
Answer QueueEndpoints::retry_dead_jobs(const Request& request) {
  const auto parsed = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return refuse(*problem);
  const Json& body = std::get<Json>(parsed);
  FieldReader fields(body);
  fields.allow_only({"kind", "error"});
  const DeadFilter filter{choice(request, fields, "kind"), choice(request, fields, "error")};
  check_kind(fields, filter.kind);
  if (fields.failed()) return refuse(fields.problem());
  return ok({{"retried", queue_.retry_all(request.who, filter)}});
}

Answer QueueEndpoints::change(const Request& request,
                              JobChange (Queue::*operation)(const Principal&, std::int64_t)) {
  if (const auto problem = body_problem(request)) return refuse(*problem);
  const auto id = parse_id(request.path_parameters.at("id"));
  if (!id) return no_such_job();
  switch ((queue_.*operation)(request.who, *id)) {
    case JobChange::changed:
      return show_job(request);
    case JobChange::wrong_state:
      return wrong_state(queue_.find(*id));
    case JobChange::no_such_job:
      break;
  }
  return no_such_job();
}

Answer QueueEndpoints::show_queue(const Request& /*request*/) {
  const QueueStatus status = queue_.status();
  OrderedJson states = OrderedJson::object();
  for (std::size_t i = 0; i < kJobStates.size(); ++i) {
    states[std::string(to_text(kJobStates.at(i)))] = status.counts.by_state.at(i);
  }
  OrderedJson lanes = OrderedJson::array();
  for (const LaneStatus& lane : status.lanes) lanes.push_back(lane_json(status, lane));
  return ok({{"paused", status.paused},
             {"states", std::move(states)},
             {"oldest_ready_seconds", status.oldest_ready_seconds},
             {"lanes", std::move(lanes)},
             {"mail", mail_json(status)}});
}

Answer QueueEndpoints::pause(const Request& request) {
  if (const auto problem = body_problem(request)) return refuse(*problem);
  queue_.set_paused(request.who, true);
  return show_queue(request);
}

Answer QueueEndpoints::resume(const Request& request) {
  if (const auto problem = body_problem(request)) return refuse(*problem);
  queue_.set_paused(request.who, false);
  return show_queue(request);
}

Answer QueueEndpoints::readiness(const Request& /*request*/) {
  const auto reason = queue_.unready_because();
  if (!reason) return ok({{"status", "ready"}});
  return refuse({ProblemCode::storage_unavailable, "the database cannot commit: " + *reason});
}

}  // namespace promotions
