#include "queue/job_result.h"

namespace promotions {

bool store_result(JobStore& jobs, const Job& job, const JobResult& result, Time now,
                  const RetryPolicy& retry, Random& random) {
  switch (result.kind) {
    case JobResult::Kind::done:
      return jobs.complete(job, now);
    case JobResult::Kind::fail:
      return jobs.fail(job, result.reason, now);
    case JobResult::Kind::cancel:
      return jobs.cancel_claimed(job, result.reason, now);
    case JobResult::Kind::release:
      return jobs.release(job, result.reason);
    case JobResult::Kind::retry:
      break;
  }
  if (job.attempt >= job.max_attempts) return jobs.fail(job, result.reason, now);
  const Millis delay = result.retry_after.value_or(retry.delay(job.attempt, random));
  return jobs.retry_later(job, result.reason, now + delay);
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
