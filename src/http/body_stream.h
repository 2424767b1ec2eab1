// Sends a body that is made while it is sent. Private to http.
#pragma once

#include <string>

#include "http/worker_pool.h"
#include "promotions/base/move_only_function.h"
#include "promotions/front/front.h"
#include "promotions/http/answer.h"

namespace promotions {

// FramedAnswer::more for an answer whose head announces `body`; none if that is empty. Each block
// is made by a task of `workers`, which are borrowed, when the one before has left: whoever reads
// slowly keeps one block and no worker. If the source fails or does not keep to its size, that is
// logged and the connection ends, which the client knows from the missing bytes.
MoveOnlyFunction<void(Responder)> stream(WorkerPool& workers, std::string request_id,
                                         StreamedBody body);

}  // namespace promotions
