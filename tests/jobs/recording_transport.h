// A transport that takes all mails, and keeps them.
#pragma once

#include <string>
#include <vector>

#include "promotions/mail/transport.h"

namespace promotions {

class RecordingTransport final : public Transport {
 public:
  Delivery send(const Message& message) override {
    sent.push_back(message);
    return {};
  }
  Delivery probe() override { return {}; }
  std::string description() const override { return "recording"; }

  std::vector<Message> sent;
};

}  // namespace promotions
