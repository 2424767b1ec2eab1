#include "queue/job_result.h"

namespace promotions {

namespace {

// How the result ends the job; nullopt if the job goes on.
std::optional<JobEnding> ending_of(const Job& job, const JobResult& result) {
  switch (result.kind) {
    case JobResult::Kind::done:
      return JobEnding::done;
    case JobResult::Kind::fail:
      return result.in_doubt ? JobEnding::in_doubt : JobEnding::refused;
    case JobResult::Kind::cancel:
      return JobEnding::needless;
    case JobResult::Kind::release:
      break;
    case JobResult::Kind::retry:
      if (job.attempt < job.max_attempts) break;
      return result.in_doubt ? JobEnding::in_doubt : JobEnding::exhausted;
  }
  return std::nullopt;
}

// False: the lease was lost.
bool end(JobStore& jobs, const Job& job, JobEnding ending, std::string_view reason, Time now) {
  if (ending == JobEnding::done) return jobs.complete(job, now);
  if (ending == JobEnding::needless) return jobs.cancel_claimed(job, reason, now);
  return jobs.fail(job, reason, now);
}

}  // namespace

bool store_result(Stores& stores, const Job& job, const JobResult& result, Time now,
                  const DispatcherOptions& options, Random& random) {
  // Before the lease goes, under which the mark is made.
  if (result.in_doubt) stores.jobs.mark_in_doubt(job);
  if (const auto ending = ending_of(job, result)) {
    if (!end(stores.jobs, job, *ending, result.reason, now)) return false;
    if (options.hooks.ended) {
      Job ended = job;
      ended.last_error = result.reason;
      options.hooks.ended(stores, ended, *ending, now);
    }
    return true;
  }
  if (result.kind == JobResult::Kind::release) return stores.jobs.release(job, result.reason);
  const Millis delay = result.retry_after.value_or(options.retry.delay(job.attempt, random));
  return stores.jobs.retry_later(job, result.reason, now + delay);
}

std::string reason_text(const Job& job, const JobResult& result) {
  Job shown = job;
  shown.last_error = result.reason;
  shown.in_doubt = (job.in_doubt || result.in_doubt) && !result.reason.empty();
  shown.lost_workers = 0;  // this attempt has come back, whatever became of earlier ones
  return error_text(shown);
}

std::string_view to_text(JobResult::Kind kind) {
  switch (kind) {
    case JobResult::Kind::done:
      return "done";
    case JobResult::Kind::retry:
      return "retry";
    case JobResult::Kind::fail:
      return "fail";
    case JobResult::Kind::cancel:
      return "cancel";
    case JobResult::Kind::release:
      return "release";
  }
  return "";
}

}  // namespace promotions
