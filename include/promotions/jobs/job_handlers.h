// What each kind of job does.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "promotions/base/clock.h"
#include "promotions/beacon/drand_client.h"
#include "promotions/domain/token.h"
#include "promotions/mail/message.h"
#include "promotions/mail/transport.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/draws.h"
#include "promotions/manager/sign_ups.h"
#include "promotions/queue/dispatcher.h"
#include "promotions/render/mail_renderer.h"
#include "promotions/storage/storage.h"

namespace promotions {

class RefusalStreak;

struct MailSettings {
  Mailbox from;
  std::optional<Mailbox> reply_to;
  std::string public_url;  // without a slash at its end
};

// What jobs work with; borrowed, and must outlive the handlers.
struct JobContext {
  Storage& storage;
  Campaigns& campaigns;
  SignUps& sign_ups;
  Draws& draws;
  DrandClient& drand;
  const TokenSigner& signer;
  const MailRenderer& renderer;
  Transport& transport;
  const Clock& clock;
  const MailSettings& mail;
  std::string drand_chain;                    // that `drand` asks for
  std::shared_ptr<RefusalStreak> refusals{};  // all handlers' own; make_job_handlers() makes it
};

// By kind of job. The handlers may run on many threads at once.
std::map<std::string, JobHandler> make_job_handlers(const JobContext& context);

}  // namespace promotions
