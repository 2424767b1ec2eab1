// Explains how a transfer ended: for the queue, for logs, for people. Pure functions, private to
// mail.
#pragma once

#include <string_view>

#include "mail/smtp_session.h"

namespace promotions {

// True if the connection was accepted but no conversation began. The port may want TLS from the
// first byte where we did not use it, or the other way round.
bool is_mute(const SmtpEnding& ending, SmtpSecurity security);

// Why the port does not fit to mail.smtp.security and what would, or "" if that is not the problem.
// misfit() judges by what the server offered, misfit_by_other_way() by how a transfer of
// try_other_way() ended.
std::string_view misfit(const SmtpEnding& ending, SmtpSecurity security);
std::string_view misfit_by_other_way(const SmtpEnding& other, SmtpSecurity security);

// Classifies the ending and describes it. `misfit` is the result of one of the functions above.
Delivery to_delivery(const SmtpEnding& ending, std::string_view misfit);

}  // namespace promotions
