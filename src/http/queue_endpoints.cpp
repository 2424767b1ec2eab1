#include "http/admin_endpoints.h"
#include "http/body.h"
#include "http/paging.h"
#include "promotions/base/time_text.h"

namespace promotions {
namespace {

OrderedJson job_json(const Job& job) {
  const std::string error = error_text(job);
  return {
      {"id", job.id},
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

Answer no_such_job() {
  return refuse({ProblemCode::not_found, "there is no such job"});
}

}  // namespace

Answer QueueEndpoints::list_jobs(const Request& request) {
  const Json no_body = Json::object();
  FieldReader errors(no_body);
  const PageRequest page = read_page(request, errors);
  JobFilter filter;
  filter.after = page.after;
  filter.limit = page.limit;
  filter.kind = request.query("kind").value_or(std::string());
  if (const auto state = request.query("state"); state && !state->empty()) {
    filter.state = parse_job_state(*state);
    if (!filter.state) {
      errors.wrong("state", "out_of_range",
                   "must be scheduled, ready, running, done, dead or cancelled");
    }
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
  return change(request, &QueueManager::retry);
}

Answer QueueEndpoints::cancel_job(const Request& request) {
  return change(request, &QueueManager::cancel);
}

Answer QueueEndpoints::change(const Request& request,
                              JobChange (QueueManager::*operation)(std::int64_t)) {
  const auto id = parse_id(request.path_parameters.at("id"));
  if (!id) return no_such_job();
  switch ((queue_.*operation)(*id)) {
    case JobChange::changed:
      return show_job(request);
    case JobChange::wrong_state:
      return refuse({ProblemCode::wrong_job_state,
                     "scheduled, dead and cancelled jobs can be retried, ready and scheduled ones "
                     "cancelled"});
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
  return ok({{"paused", status.paused},
             {"states", std::move(states)},
             {"oldest_ready_seconds", status.oldest_ready_seconds}});
}

Answer QueueEndpoints::pause(const Request& request) {
  queue_.set_paused(true);
  return show_queue(request);
}

Answer QueueEndpoints::resume(const Request& request) {
  queue_.set_paused(false);
  return show_queue(request);
}

Answer QueueEndpoints::readiness(const Request& /*request*/) {
  if (queue_.is_ready()) return ok({{"status", "ready"}});
  return refuse({ProblemCode::storage_unavailable, "the database cannot commit"});
}

}  // namespace promotions
