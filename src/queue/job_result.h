// Stores the result of one attempt of a job. Private to queue.
#pragma once

#include <string_view>

#include "promotions/queue/dispatcher.h"

namespace promotions {

// Call it inside a write. Returns false if the lease was lost; nothing has changed then.
bool store_result(Stores& stores, const Job& job, const JobResult& result, Time now,
                  const DispatcherOptions& options, Random& random);

// The reason as it is shown to people.
std::string reason_text(const Job& job, const JobResult& result);

std::string_view to_text(JobResult::Kind kind);

}  // namespace promotions
