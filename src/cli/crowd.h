// What it means that the mail server has no room for a command's session. Private to cli.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "promotions/base/json.h"
#include "promotions/config/config.h"
#include "promotions/mail/transport.h"

namespace promotions {

// Makes the attempt, and once more a second later if there was no room: whoever took it may have
// gone.
Delivery with_patience(const std::function<Delivery()>& attempt);

// "the mail server takes 2 sessions at once, and the running server holds them; mail is flowing",
// by what that server says of itself at /api/v1/queue. nullopt: the refusal has, as far as can be
// told, another reason. `mail_server`: as the transport describes the one that refused.
std::optional<std::string> crowd_of_ours(const OrderedJson& queue, const std::string& mail_server);

// The same, of the server that runs on the database, if one does.
std::optional<std::string> crowd_of_ours(const Config& config, const std::string& mail_server);

}  // namespace promotions
