// Storing what one attempt of a job came to. Private to queue.
#pragma once

#include <string_view>

#include "promotions/queue/dispatcher.h"

namespace promotions {

// Runs inside a write. False: the lease was lost, and nothing changed.
bool store_result(Stores& stores, const Job& job, const JobResult& result, Time now,
                  const DispatcherOptions& options, Random& random);

// The reason as people are shown it.
std::string reason_text(const Job& job, const JobResult& result);

std::string_view to_text(JobResult::Kind kind);

}  // namespace promotions
