#include "http/body_stream.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include "promotions/base/log.h"

namespace promotions {
namespace {

struct Transfer {
  WorkerPool& workers;
  std::string request_id;
  StreamedBody body;
  std::uint64_t made = 0;  // bytes of the body so far
};

MoveOnlyFunction<void(Responder)> rest_of(std::unique_ptr<Transfer> transfer);

std::string next_block(Transfer& transfer) {
  std::string block = transfer.body.next();
  // The head has announced the size already, so a body of another size would break the framing.
  const std::uint64_t left = transfer.body.size - transfer.made;
  if (block.empty() || block.size() > left) {
    throw std::length_error("a block of " + std::to_string(block.size()) + " bytes; expected 1.." +
                            std::to_string(left));
  }
  transfer.made += block.size();
  return block;
}

FramedAnswer next_answer(Transfer& transfer) {
  try {
    return {.bytes = next_block(transfer)};
  } catch (const std::exception& error) {
    logs::error("request={} its answer ended at byte {} of {}: {}", transfer.request_id,
                transfer.made, transfer.body.size, error.what());
    return {.bytes = {}, .close = true};
  }
}

void send_next(std::unique_ptr<Transfer> transfer, Responder responder) {
  FramedAnswer answer{.bytes = {}, .close = true};
  if (responder.is_awaited()) answer = next_answer(*transfer);
  const bool has_more = !answer.bytes.empty() && transfer->made < transfer->body.size;
  if (has_more) answer.more = rest_of(std::move(transfer));
  // The source goes before the answer: once the answer is away, the server may stop, and what the
  // source reads may be gone.
  transfer.reset();
  responder.send(std::move(answer));
}

MoveOnlyFunction<void(Responder)> rest_of(std::unique_ptr<Transfer> transfer) {
  return [transfer = std::move(transfer)](Responder responder) mutable {
    WorkerPool& workers = transfer->workers;
    workers.submit([responder = std::move(responder), transfer = std::move(transfer)]() mutable {
      send_next(std::move(transfer), std::move(responder));
    });
  };
}

}  // namespace

MoveOnlyFunction<void(Responder)> stream(WorkerPool& workers, std::string request_id,
                                         StreamedBody body) {
  if (body.size == 0) return {};
  return rest_of(
      std::make_unique<Transfer>(Transfer{workers, std::move(request_id), std::move(body)}));
}

}  // namespace promotions
