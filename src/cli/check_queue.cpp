#include "cli/check_queue.h"

#include "promotions/base/time_text.h"
#include "promotions/manager/job_kinds.h"
#include "promotions/storage/queue_report.h"

namespace promotions {
namespace {

QueueFinding finding_of(const LaneStatus& lane) {
  const bool is_stopped = lane.state == LaneState::stopped;
  std::string text = "lane " + lane.name + " is " + std::string(to_text(lane.state));
  if (lane.since) text += " since " + to_rfc3339(*lane.since);
  text += ": " + lane.reason;
  if (lane.until) text += "; it tries again at " + to_rfc3339(*lane.until);
  if (is_stopped) text += "; mend it, then \"promotions queue resume\"";
  return {!is_stopped, (is_stopped ? "" : "WARNING: ") + text};
}

}  // namespace

std::vector<QueueFinding> check_queue(const std::string& path) {
  const QueueReport report = read_queue_report(path, std::string(lanes::kMail));
  std::vector<QueueFinding> findings;
  if (report.paused) {
    findings.push_back(
        {true,
         "WARNING: the queue is paused, so no mail goes out; \"promotions queue resume\" goes "
         "on with it"});
  }
  for (const LaneStatus& lane : report.lanes) findings.push_back(finding_of(lane));
  for (const DeadJobs& dead : report.dead_mails) {
    findings.push_back({true, "WARNING: " + std::to_string(dead.count) +
                                  (dead.count == 1 ? " dead mail" : " dead mails") + " of kind " +
                                  dead.kind + ", the newest: " + dead.newest_error +
                                  "; once it is mended, \"promotions jobs retry --all --kind " +
                                  dead.kind + "\" brings them back"});
  }
  return findings;
}

}  // namespace promotions
