#include "promotions/manager/job_kinds.h"

#include <algorithm>

#include "manager/office.h"
#include "promotions/jobs/job_handlers.h"
#include "promotions/mail/directory_transport.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace promotions;

TEST_CASE("job kinds: those that are listed are those that are handled", "[jobs]") {
  Office office;
  const MailRenderer renderer;
  const TempFolder folder;
  const auto transport = make_directory_transport(folder.file("outbox"));
  DrandClient drand{DrandOptions{}};  // asks nobody
  const MailSettings mail{{"Raffles", "raffles@example.org"}, {}, "https://example.org"};
  const auto handlers = make_job_handlers({*office.storage,
                                           *office.campaigns,
                                           *office.sign_ups,
                                           *office.draws,
                                           drand,
                                           office.signer,
                                           renderer,
                                           *transport,
                                           office.clock,
                                           mail,
                                           {}});
  CHECK(handlers.size() == job_kinds::kAll.size());
  for (const std::string_view kind : job_kinds::kAll) {
    CAPTURE(kind);
    CHECK(handlers.contains(std::string(kind)));
  }
}
