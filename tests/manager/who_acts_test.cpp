// What administrators do is logged with who did it.
#include <string>

#include "manager/office.h"
#include "promotions/manager/queue.h"
#include "support/catch.h"
#include "support/log_capture.h"

using namespace promotions;

namespace {

const Principal kAna{.kind = Principal::Kind::account, .account = "ana"};

}  // namespace

TEST_CASE("who acts: a log line names the account, or the owner at the socket", "[manager]") {
  Office office;
  office.create();
  const LogCapture log;
  const std::string id = std::to_string(office->find("autumn")->id);
  CHECK(office->update(kAna, "autumn", [](CampaignSettings& settings) {
    settings.name = "Another name";
    return true;
  }) == UpdateOutcome::updated);
  CHECK(log.has("campaign=" + id + " changed by account ana"));
  CHECK(office->remove({.kind = Principal::Kind::owner}, "autumn"));
  CHECK(log.has("campaign=" + id + " deleted by the owner"));
}

TEST_CASE("who acts: what was refused is not logged as done", "[manager]") {
  Office office;
  office.create();
  const LogCapture log;
  CHECK(office->update(kAna, "autumn", [](CampaignSettings&) { return false; }) ==
        UpdateOutcome::refused);
  Queue queue(*office.storage, office.clock);
  CHECK(queue.cancel(kAna, 1) == JobChange::no_such_job);
  CHECK_FALSE(log.has("ana"));
}
