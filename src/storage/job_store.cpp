#include "promotions/storage/job_store.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "promotions/base/json.h"
#include "storage/database_connection.h"

namespace promotions {
namespace {

#define JOB_COLUMNS                                                                               \
  "id, lane, kind, ifnull(campaign_id, 0), ifnull(subscriber_id, 0), state, attempt, "            \
  "max_attempts, run_at, created_at, finished_at, ifnull(lease, 0), last_error, priority, flow, " \
  "argument, in_doubt, lost_workers"

constexpr char kFind[] = "SELECT " JOB_COLUMNS " FROM jobs WHERE id = ?1";
constexpr char kList[] =
    "SELECT " JOB_COLUMNS
    " FROM jobs WHERE id > ?1 AND (?2 IS NULL OR state = ?2) AND (?3 = '' OR kind = ?3)"
    " ORDER BY id LIMIT ?4";
constexpr char kListNewest[] =
    "SELECT " JOB_COLUMNS
    " FROM jobs WHERE id < ?1 AND (?2 IS NULL OR state = ?2) AND (?3 = '' OR kind = ?3)"
    " ORDER BY id DESC LIMIT ?4";
#define OF_CAMPAIGN_IN_LANE " AND lane = ?2 AND campaign_id = ?1"
constexpr char kUnfinished[] =
    "SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'ready'" OF_CAMPAIGN_IN_LANE
    " UNION ALL SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'scheduled'" OF_CAMPAIGN_IN_LANE
    " UNION ALL SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'running'" OF_CAMPAIGN_IN_LANE
    " LIMIT 1";
#undef OF_CAMPAIGN_IN_LANE
// SQLite uses a partial index only if the query states the index's condition literally. Hence one
// SELECT for each state.
constexpr char kCounts[] =
    "SELECT (SELECT count(*) FROM jobs WHERE state = 'ready'),"
    " (SELECT count(*) FROM jobs WHERE state = 'scheduled'),"
    " (SELECT count(*) FROM jobs WHERE state = 'running'),"
    " (SELECT count(*) FROM jobs WHERE finished_at IS NOT NULL AND state = 'done'),"
    " (SELECT count(*) FROM jobs WHERE finished_at IS NOT NULL AND state = 'dead'),"
    " (SELECT count(*) FROM jobs WHERE finished_at IS NOT NULL AND state = 'cancelled'),"
    " (SELECT min(run_at) FROM jobs WHERE state = 'ready')";
// With max(), SQLite takes the bare columns from the row that has the maximum
// (https://www.sqlite.org/lang_select.html#bareagg).
constexpr char kDeadByKind[] =
    "SELECT kind, count(*), max(finished_at), last_error, in_doubt, lost_workers FROM jobs"
    " WHERE finished_at IS NOT NULL AND state = 'dead' AND lane = ?1 GROUP BY kind ORDER BY kind";
constexpr char kLastDone[] =
    "SELECT finished_at FROM jobs WHERE finished_at IS NOT NULL AND state = 'done' AND lane = ?1"
    " ORDER BY finished_at DESC LIMIT 1";
constexpr char kNextRunAt[] = "SELECT min(run_at) FROM jobs WHERE state = 'scheduled'";
constexpr char kFirstReadyPriority[] =
    "SELECT priority FROM jobs WHERE state = 'ready' AND lane = ?1 AND priority >= ?2"
    " ORDER BY priority LIMIT 1";
constexpr Change kInsert{
    "INSERT INTO jobs (lane, kind, campaign_id, subscriber_id, state, priority, flow, "
    "max_attempts, run_at, created_at, argument)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    Effect::adds_jobs};
constexpr char kDue[] =
    "SELECT " JOB_COLUMNS
    " FROM jobs WHERE state = 'scheduled' AND run_at <= ?1 ORDER BY run_at LIMIT ?2";
constexpr char kSetArgument[] = "UPDATE jobs SET argument = ?2 WHERE id = ?1";
constexpr char kPromote[] =
    "UPDATE jobs SET state = 'ready', priority = ?2 WHERE id = ?1 AND state = 'scheduled'";
constexpr char kBringForward[] = "UPDATE jobs SET run_at = run_at - ?1 WHERE state = 'scheduled'";
constexpr char kClaim[] =
    "UPDATE jobs SET state = 'running', attempt = attempt + 1, lease = ?3, lease_end = ?4"
    " WHERE state = 'ready' AND id IN"
    " (SELECT id FROM jobs WHERE state = 'ready' AND lane = ?1 ORDER BY priority, id LIMIT ?2)"
    " RETURNING " JOB_COLUMNS;
// ?5: ids as a JSON array.
constexpr char kClaimOthers[] =
    "UPDATE jobs SET state = 'running', attempt = attempt + 1, lease = ?3, lease_end = ?4"
    " WHERE state = 'ready' AND id IN"
    " (SELECT id FROM jobs WHERE state = 'ready' AND lane = ?1"
    " AND id NOT IN (SELECT value FROM json_each(?5)) ORDER BY priority, id LIMIT ?2)"
    " RETURNING " JOB_COLUMNS;
// Whatever ends an attempt checks state and lease, so a worker whose job was given to another one
// changes nothing.
#define STILL_CLAIMED " WHERE id = ?1 AND state = 'running' AND lease = ?2"
constexpr char kFinish[] =
    "UPDATE jobs SET state = ?3, finished_at = ?4, last_error = ?5, lost_workers = 0, lease = NULL,"
    " lease_end = NULL" STILL_CLAIMED;
constexpr Change kRetryLater{
    "UPDATE jobs SET state = 'scheduled', run_at = ?3, last_error = ?4, lost_workers = 0,"
    " lease = NULL, lease_end = NULL" STILL_CLAIMED,
    Effect::adds_jobs};
constexpr Change kRelease{
    "UPDATE jobs SET state = 'ready', attempt = max(attempt - 1, 0), lease = NULL, lease_end = "
    "NULL, lost_workers = CASE WHEN ?3 = '' THEN lost_workers ELSE 0 END,"
    " last_error = CASE WHEN ?3 = '' THEN last_error ELSE ?3 END" STILL_CLAIMED,
    Effect::adds_jobs};
constexpr char kMarkInDoubt[] = "UPDATE jobs SET in_doubt = 1" STILL_CLAIMED;
constexpr char kExtend[] = "UPDATE jobs SET lease_end = ?2 WHERE state = 'running' AND lease = ?1";
// The attempt stays counted, so a job that crashes its worker each time comes to an end.
#define RESCUE_BURIED                                                                 \
  "UPDATE jobs SET state = 'dead', finished_at = ?1, lost_workers = lost_workers + 1" \
  ", lease = NULL, lease_end = NULL"                                                  \
  " WHERE state = 'running' AND attempt >= max_attempts"
#define RESCUE_READY                                                 \
  "UPDATE jobs SET state = 'ready', lost_workers = lost_workers + 1" \
  ", lease = NULL, lease_end = NULL WHERE state = 'running'"
constexpr char kBuryAll[] = RESCUE_BURIED " RETURNING " JOB_COLUMNS;
constexpr char kBuryExpired[] = RESCUE_BURIED " AND lease_end < ?1 RETURNING " JOB_COLUMNS;
constexpr Change kRescueAll{RESCUE_READY, Effect::adds_jobs};
constexpr Change kRescueExpired{RESCUE_READY " AND lease_end < ?1", Effect::adds_jobs};
constexpr char kCancel[] =
    "UPDATE jobs SET state = 'cancelled', finished_at = ?2, last_error = 'cancelled by an operator'"
    " WHERE id = ?1 AND state IN ('ready', 'scheduled')";
// A dead or cancelled job begins anew, without its doubt. A scheduled one that is in doubt waits
// for its one late try; it keeps the mark, so it still has only that one.
constexpr Change kRetry{
    "UPDATE jobs SET state = 'ready', attempt = 0, run_at = ?2, finished_at = NULL,"
    " in_doubt = CASE WHEN state = 'scheduled' THEN in_doubt ELSE 0 END, lost_workers = 0"
    " WHERE id = ?1 AND state IN ('scheduled', 'dead', 'cancelled')",
    Effect::adds_jobs};
constexpr Change kTakeBack{
    "UPDATE jobs SET state = 'ready', attempt = max(attempt - 1, 0), finished_at = NULL"
    " WHERE id = ?1 AND state = 'dead'",
    Effect::adds_jobs};
constexpr char kKeep[] =
    "UPDATE jobs SET keep_until = ?2 WHERE id = ?1 AND finished_at IS NOT NULL";
constexpr char kPrune[] =
    "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at IS NOT NULL"
    " AND finished_at < ?1 AND ifnull(keep_until, 0) < ?1 LIMIT ?2)";

constexpr std::array kJobEndings{JobEnding::done,     JobEnding::refused,     JobEnding::exhausted,
                                 JobEnding::in_doubt, JobEnding::worker_lost, JobEnding::cancelled,
                                 JobEnding::needless};

Job read_job(const Query& row) {
  Job job;
  job.id = row.integer(0);
  job.lane = row.text(1);
  job.kind = row.text(2);
  job.campaign_id = row.integer(3);
  job.subscriber_id = row.integer(4);
  job.state = parse_job_state(row.text(5)).value();
  job.attempt = static_cast<int>(row.integer(6));
  job.max_attempts = static_cast<int>(row.integer(7));
  job.run_at = row.time(8);
  job.created_at = row.time(9);
  job.finished_at = row.optional_time(10);
  job.lease = row.integer(11);
  job.last_error = row.text(12);
  job.priority = row.integer(13);
  job.flow = row.integer(14);
  job.argument = row.integer(15);
  job.in_doubt = row.integer(16) != 0;
  job.lost_workers = static_cast<int>(row.integer(17));
  return job;
}

std::optional<Time> optional_time(Query&& query) {
  return query.step() ? query.optional_time(0) : std::nullopt;
}

}  // namespace

std::string_view to_text(JobState state) {
  switch (state) {
    case JobState::scheduled:
      return "scheduled";
    case JobState::ready:
      return "ready";
    case JobState::running:
      return "running";
    case JobState::done:
      return "done";
    case JobState::dead:
      return "dead";
    case JobState::cancelled:
      return "cancelled";
  }
  return "";
}

std::optional<JobState> parse_job_state(std::string_view text) {
  for (const JobState state : kJobStates) {
    if (to_text(state) == text) return state;
  }
  return std::nullopt;
}

std::string error_text(const Job& job) {
  std::string text;
  if (job.in_doubt && job.state != JobState::done) text = "in doubt: ";
  text += job.last_error;
  if (job.lost_workers == 0) return text;
  if (!job.last_error.empty()) text += "; ";
  return text + "the worker was lost";
}

std::string_view to_text(JobEnding ending) {
  switch (ending) {
    case JobEnding::done:
      return "done";
    case JobEnding::refused:
      return "refused";
    case JobEnding::exhausted:
      return "exhausted";
    case JobEnding::in_doubt:
      return "in_doubt";
    case JobEnding::worker_lost:
      return "worker_lost";
    case JobEnding::cancelled:
      return "cancelled";
    case JobEnding::needless:
      return "needless";
  }
  return "";
}

std::optional<JobEnding> parse_job_ending(std::string_view text) {
  for (const JobEnding ending : kJobEndings) {
    if (to_text(ending) == text) return ending;
  }
  return std::nullopt;
}

std::optional<Job> JobStore::find(std::int64_t id) const {
  Query query(connection_, kFind, id);
  return query.step() ? std::optional(read_job(query)) : std::nullopt;
}

std::vector<Job> JobStore::list(const JobFilter& filter) const {
  std::optional<std::string_view> state;
  if (filter.state) state = to_text(*filter.state);
  std::vector<Job> jobs;
  const bool from_end = filter.newest_first && filter.after == 0;
  const std::int64_t from = from_end ? std::numeric_limits<std::int64_t>::max() : filter.after;
  Query query(connection_, filter.newest_first ? kListNewest : kList, from, state, filter.kind,
              filter.limit);
  while (query.step()) jobs.push_back(read_job(query));
  return jobs;
}

std::optional<Job> JobStore::unfinished(std::int64_t campaign_id, std::string_view lane) const {
  Query query(connection_, kUnfinished, campaign_id, lane);
  return query.step() ? std::optional(read_job(query)) : std::nullopt;
}

QueueCounts JobStore::counts() const {
  QueueCounts counts;
  Query query(connection_, kCounts);
  query.step();
  for (std::size_t i = 0; i < kJobStates.size(); ++i) {
    counts.by_state.at(i) = query.integer(static_cast<int>(i));
  }
  counts.oldest_ready = query.optional_time(static_cast<int>(kJobStates.size()));
  return counts;
}

std::vector<DeadJobs> JobStore::dead_by_kind(std::string_view lane) const {
  std::vector<DeadJobs> dead;
  Query query(connection_, kDeadByKind, lane);
  while (query.step()) {
    Job newest;
    newest.state = JobState::dead;
    newest.last_error = query.text(3);
    newest.in_doubt = query.integer(4) != 0;
    newest.lost_workers = static_cast<int>(query.integer(5));
    dead.push_back({query.text(0), query.integer(1), error_text(newest)});
  }
  return dead;
}

std::optional<Time> JobStore::last_done(std::string_view lane) const {
  return optional_time(Query(connection_, kLastDone, lane));
}

std::optional<Time> JobStore::next_run_at() const {
  return optional_time(Query(connection_, kNextRunAt));
}

std::optional<std::int64_t> JobStore::first_ready_priority(std::string_view lane,
                                                           std::int64_t at_least) const {
  Query query(connection_, kFirstReadyPriority, lane, at_least);
  return query.step() ? std::optional(query.integer(0)) : std::nullopt;
}

void JobStore::set_argument(std::int64_t id, std::int64_t argument) {
  Query(connection_, kSetArgument, id, argument).run();
}

std::int64_t JobStore::enqueue(const NewJob& job, Time now) {
  const bool later = job.run_at && *job.run_at > now;
  Query(connection_, kInsert, job.lane, job.kind, id_or_null(job.campaign_id),
        id_or_null(job.subscriber_id), to_text(later ? JobState::scheduled : JobState::ready),
        job.priority, job.flow, job.max_attempts, later ? *job.run_at : now, now, job.argument)
      .run();
  return connection_.last_insert_id();
}

std::vector<Job> JobStore::due(Time now, int limit) const {
  std::vector<Job> jobs;
  Query query(connection_, kDue, now, limit);
  while (query.step()) jobs.push_back(read_job(query));
  return jobs;
}

void JobStore::promote(std::int64_t id, std::int64_t priority) {
  Query(connection_, kPromote, id, priority).run();
}

void JobStore::bring_forward(Millis by) {
  Query(connection_, kBringForward, by).run();
}

std::vector<Job> JobStore::claim(std::string_view lane, int limit, std::int64_t lease,
                                 Time lease_end, const std::vector<std::int64_t>& skip) {
  std::vector<Job> jobs;
  const auto read_all = [&](Query&& query) {
    while (query.step()) jobs.push_back(read_job(query));
  };
  if (skip.empty()) {
    read_all(Query(connection_, kClaim, lane, limit, lease, lease_end));
  } else {
    read_all(Query(connection_, kClaimOthers, lane, limit, lease, lease_end, Json(skip).dump()));
  }
  // RETURNING promises no order.
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) {
    return std::tie(a.priority, a.id) < std::tie(b.priority, b.id);
  });
  return jobs;
}

bool JobStore::complete(const Job& job, Time now) {
  Query(connection_, kFinish, job.id, job.lease, "done", now, "").run();
  return connection_.changes() == 1;
}

bool JobStore::fail(const Job& job, std::string_view error, Time now) {
  Query(connection_, kFinish, job.id, job.lease, "dead", now, error).run();
  return connection_.changes() == 1;
}

bool JobStore::cancel_claimed(const Job& job, std::string_view reason, Time now) {
  Query(connection_, kFinish, job.id, job.lease, "cancelled", now, reason).run();
  return connection_.changes() == 1;
}

bool JobStore::retry_later(const Job& job, std::string_view error, Time run_at) {
  Query(connection_, kRetryLater, job.id, job.lease, run_at, error).run();
  return connection_.changes() == 1;
}

bool JobStore::release(const Job& job, std::string_view error) {
  Query(connection_, kRelease, job.id, job.lease, error).run();
  return connection_.changes() == 1;
}

void JobStore::extend(std::int64_t lease, Time lease_end) {
  Query(connection_, kExtend, lease, lease_end).run();
}

void JobStore::mark_in_doubt(const Job& job) {
  Query(connection_, kMarkInDoubt, job.id, job.lease).run();
}

RescuedJobs JobStore::rescue(Time now, bool everything) {
  RescuedJobs rescued;
  // First those that have no attempt left; what is still running after that becomes ready.
  {
    Query query(connection_, everything ? kBuryAll : kBuryExpired, now);
    while (query.step()) rescued.buried.push_back(read_job(query));
  }
  if (everything) {
    Query(connection_, kRescueAll).run();
  } else {
    Query(connection_, kRescueExpired, now).run();
  }
  rescued.ready = connection_.changes();
  return rescued;
}

bool JobStore::cancel(std::int64_t id, Time now) {
  Query(connection_, kCancel, id, now).run();
  return connection_.changes() == 1;
}

bool JobStore::retry(std::int64_t id, Time now) {
  Query(connection_, kRetry, id, now).run();
  return connection_.changes() == 1;
}

bool JobStore::take_back(std::int64_t id) {
  Query(connection_, kTakeBack, id).run();
  return connection_.changes() == 1;
}

void JobStore::keep(std::int64_t id, Time until) {
  Query(connection_, kKeep, id, until).run();
}

int JobStore::prune(Time before, int limit) {
  Query(connection_, kPrune, before, limit).run();
  return connection_.changes();
}

}  // namespace promotions
