// What all mails with the link that verifies have. Private to jobs.
#pragma once

#include <variant>

#include "jobs/mail_job.h"

namespace promotions {

// The sign-up that a link confirms.
struct LinkedSignUp {
  Time issued_at;            // of the link
  std::int64_t variant = 0;  // as TokenSubject::variant
};

struct Confirmation {
  Recipient recipient;  // in the language of the sign-up
  Json values;          // what the templates of both mails can name
};

// Returns how the job ends if there is nothing to confirm.
std::variant<JobResult, Confirmation> confirmation_of(const JobContext& context, const Job& job,
                                                      const LinkedSignUp& linked);

}  // namespace promotions
