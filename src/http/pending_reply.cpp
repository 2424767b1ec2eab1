#include "promotions/http/pending_reply.h"

#include "http/pipeline.h"
#include "promotions/base/log.h"

namespace promotions {

PendingReply::PendingReply(Pipeline& pipeline, std::unique_ptr<Exchange> exchange)
    : pipeline_(&pipeline), exchange_(std::move(exchange)) {}

PendingReply::~PendingReply() {
  if (!exchange_) return;
  logs::error("request={} was dropped by its handler", exchange_->request.id);
  send(refuse({ProblemCode::internal_error, "the request could not be done"}));
}

void PendingReply::send(Answer answer) {
  const auto exchange = std::move(exchange_);
  exchange->responder.send(pipeline_->compose(*exchange, std::move(answer)));
}

void PendingReply::send_later(MoveOnlyFunction<Answer()> compose) {
  pipeline_->compose_later(std::move(exchange_), std::move(compose));
}

}  // namespace promotions
