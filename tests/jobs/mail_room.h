// What the tests of mail jobs share: an office whose mails are kept instead of sent.
#pragma once

#include <string>

#include "jobs/recording_transport.h"
#include "manager/office.h"
#include "promotions/jobs/job_handlers.h"

namespace promotions {

struct MailRoom {
  Office office;
  MailRenderer renderer;
  RecordingTransport transport;
  DrandClient drand{DrandOptions{}};  // asks nobody
  MailSettings mail{{"Raffles", "raffles@example.org"}, {}, "https://example.org"};

  // Makes one attempt at a job, as a worker does whose managers are these.
  JobResult run(Campaigns& campaigns, Draws& draws, const Job& job) {
    const auto handlers = make_job_handlers({*office.storage,
                                             campaigns,
                                             *office.sign_ups,
                                             draws,
                                             drand,
                                             office.signer,
                                             renderer,
                                             transport,
                                             office.clock,
                                             mail,
                                             {}});
    return handlers.at(job.kind)(job);
  }
  JobResult run(const Job& job) { return run(*office.campaigns, *office.draws, job); }
};

}  // namespace promotions
