// Explains why the mail server has no room for another session: perhaps our own server uses all
// that it allows. Private to cli.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "promotions/base/json.h"
#include "promotions/config/config.h"
#include "promotions/mail/transport.h"

namespace promotions {

// Makes the attempt. If the mail server had no room, tries once more a second later.
Delivery with_patience(const std::function<Delivery()>& attempt);

// "the mail server takes 2 sessions at once, and the running server holds them; mail is flowing".
// `queue` is what the running server answers at /api/v1/queue, `mail_server` the refusing one as
// Transport::description() names it. nullopt: as far as can be told, there is another reason.
std::optional<std::string> crowd_of_ours(const OrderedJson& queue, const std::string& mail_server);

// The same for the server that runs on the configured database; nullopt if none does.
std::optional<std::string> crowd_of_ours(const Config& config, const std::string& mail_server);

}  // namespace promotions
