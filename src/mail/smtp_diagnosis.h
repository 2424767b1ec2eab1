// What an ending means, in words: for the queue, for logs, for people. Pure.
#pragma once

#include <string_view>

#include "mail/smtp_session.h"

namespace promotions {

// Somebody took the connection and the way of speaking led nowhere: the port may want the other
// one.
bool is_mute(const SmtpEnding& ending, SmtpSecurity security);

// Why port and mail.smtp.security do not fit and what would, or "": by what the server offered,
// and by how it answered to the other way.
std::string_view misfit(const SmtpEnding& ending, SmtpSecurity security);
std::string_view misfit_by_other_way(const SmtpEnding& other, SmtpSecurity security);

Delivery to_delivery(const SmtpEnding& ending, std::string_view misfit);

}  // namespace promotions
