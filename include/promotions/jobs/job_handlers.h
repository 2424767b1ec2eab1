// The handlers of all kinds of jobs, for the dispatcher.
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

// What the handlers work with. References are borrowed, and must outlive the handlers.
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
  std::string drand_chain;                    // the hash of the chain that `drand` asks for
  std::shared_ptr<RefusalStreak> refusals{};  // shared by the handlers; set by make_job_handlers()
};

// Returns one handler for each kind of job, by its name. Handlers may run on many threads at once.
// A handler that throws has failed for now: the dispatcher tries its job again. Throws
// std::logic_error if a mail has no templates.
std::map<std::string, JobHandler> make_job_handlers(const JobContext& context);

}  // namespace promotions
