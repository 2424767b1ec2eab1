// Sends a body block by block, while it is made. Private to http.
#pragma once

#include <string>

#include "http/worker_pool.h"
#include "promotions/base/move_only_function.h"
#include "promotions/front/front.h"
#include "promotions/http/answer.h"

namespace promotions {

// Returns FramedAnswer::more for an answer whose head announces `body`; none if the body is empty.
// Each block is made by a task of `workers`, which are borrowed, once the block before has left. So
// a slow client holds one block and no worker. If the source throws or makes more or less than it
// announced, that is logged and the connection ends; the client notices the missing bytes.
MoveOnlyFunction<void(Responder)> stream(WorkerPool& workers, std::string request_id,
                                         StreamedBody body);

}  // namespace promotions
