#include "promotions/mail/smtp_transport.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "mail/address.h"
#include "mail/smtp_diagnosis.h"
#include "mail/smtp_session.h"
#include "promotions/base/mutex.h"

namespace promotions {
namespace {

using namespace std::chrono_literals;

// Long enough for the greeting of most servers. Some let clients wait longer on purpose, so silence
// alone proves nothing.
constexpr std::chrono::milliseconds kQuick = 5s;

// Did the attempt only fail because the kept connection was no longer usable? The server may have
// closed it while it was idle, or it has carried as many mails as the server accepts in one session
// (OpenSMTPD after 100: "452 4.5.3 Too many recipients: Too many messages sent" at MAIL; Exim: "421
// too many messages in this connection"). We only notice when we use it, and it says nothing about
// the mail or the server.
bool was_stale(const SmtpEnding& ending) {
  if (!ending.on_kept_connection) return false;
  const SmtpReply reply = ending.dialogue.reply();
  if (reply.code == 421) return true;
  if (ending.dialogue.stage() == SmtpStage::mail && reply.code / 100 == 4) return true;
  // Never after the content was sent: the mail may have been accepted, and would go out twice.
  return ending.fault == TransferFault::lost && ending.dialogue.stage() != SmtpStage::content &&
         reply.code < 400;
}

// How long, at most, a server still counts a session that it has ended (Exim: until it has seen the
// end of its process).
constexpr std::chrono::milliseconds kUncounted = 200ms;

bool is_refused_room(const SmtpEnding& ending) {
  const SmtpStage stage = ending.dialogue.stage();
  return stage == SmtpStage::greeting &&
         classify(stage, ending.dialogue.reply(), ending.fault) == DeliveryClass::crowded;
}

bool is_sign_in_refused(const SmtpEnding& ending) {
  const SmtpStage stage = ending.dialogue.stage();
  return stage <= SmtpStage::auth &&
         classify(stage, ending.dialogue.reply(), ending.fault) == DeliveryClass::auth_refused;
}

std::string_view to_text(SmtpSecurity security) {
  switch (security) {
    case SmtpSecurity::starttls:
      return "starttls";
    case SmtpSecurity::tls:
      return "tls";
    case SmtpSecurity::none:
      return "none";
  }
  return "unknown";
}

class SmtpTransport final : public Transport {
 public:
  explicit SmtpTransport(const SmtpOptions& options)
      : options_(options),
        endpoint_(endpoint_of(options)),
        most_(std::max(1, options.connections)),
        free_(most_) {
    kept_.reserve(static_cast<std::size_t>(free_));  // so that ~Lease() cannot fail
  }

  Delivery send(const Message& message) override;
  Delivery probe() override;
  std::string description() const override {
    const std::string& url = endpoint_.url;
    return url.substr(0, url.size() - 1) + " (" + std::string(to_text(options_.security)) + ")";
  }
  int open_sessions() const override;

 private:
  class Lease;

  // Calls `attempt(fresh)` with one mechanism after the other, until the server accepts the sign-in
  // or none of the mechanisms that it offers is left.
  template <typename Attempt>
  SmtpEnding signing_in(SmtpSession& session, Attempt attempt);
  SmtpEnding try_out(const SmtpOptions& options);
  // Why the port does not fit to the security, if that is the problem. Connects to the port once
  // more if nothing else tells.
  std::string_view misfit_of(const SmtpEnding& ending, const std::string& sender) const;

  // Constant after construction.
  const SmtpOptions options_;
  const SmtpEndpoint endpoint_;
  const int most_;  // sessions

  // The mechanism that the server accepted last. Absent: unknown, or the default was good.
  std::atomic<std::optional<Mechanism>> mechanism_{};

  mutable Mutex mutex_;
  ConditionVariable returned_;
  // A stack: the session used last is taken first. It is the least likely to be stale, and sessions
  // that are not needed grow old and are closed.
  std::vector<std::unique_ptr<SmtpSession>> kept_ GUARDED_BY(mutex_);
  int free_ GUARDED_BY(mutex_);  // sessions that may be taken, kept or still to be made
};

// Takes a session out of the pool while one mail is sent. Waits for one if all are in use.
class SmtpTransport::Lease {
 public:
  explicit Lease(SmtpTransport& owner) : owner_(owner) {
    MutexLock lock(owner_.mutex_);
    owner_.returned_.wait(lock, [&]() REQUIRES(owner_.mutex_) { return owner_.free_ > 0; });
    --owner_.free_;
    if (owner_.kept_.empty()) return;
    session_ = std::move(owner_.kept_.back());
    owner_.kept_.pop_back();
  }
  ~Lease() {
    // Do not keep a session without a connection. It would be taken first, as the one used last,
    // and open another connection while others are idle.
    if (session_ && !session_->is_open()) session_.reset();
    {
      const MutexLock lock(owner_.mutex_);
      ++owner_.free_;
      if (session_) owner_.kept_.push_back(std::move(session_));
    }
    owner_.returned_.notify_one();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  SmtpSession& session() {
    if (!session_) {
      session_ = std::make_unique<SmtpSession>(owner_.options_, owner_.endpoint_);
      session_->sign_in_by(owner_.mechanism_);
    }
    return *session_;
  }

 private:
  SmtpTransport& owner_;
  std::unique_ptr<SmtpSession> session_;
};

template <typename Attempt>
SmtpEnding SmtpTransport::signing_in(SmtpSession& session, Attempt attempt) {
  SmtpEnding ending = attempt(false);
  if (was_stale(ending)) {
    ending = attempt(true);
    // The server may still count the session that it has just ended.
    if (is_refused_room(ending)) {
      std::this_thread::sleep_for(kUncounted);
      ending = attempt(true);
    }
  }
  if (options_.username.empty() || !is_sign_in_refused(ending)) return ending;
  // The sign-in was refused. The server may accept another mechanism: try those that it offers,
  // each on a new connection, and keep what works for all sessions.
  Mechanisms tried;
  tried.add(session.mechanism().value_or(
      ending.dialogue.offered().has(Mechanism::plain) ? Mechanism::plain : Mechanism::login));
  while (const auto next = ending.dialogue.offered().first_not_in(tried)) {
    tried.add(*next);
    session.sign_in_by(next);
    ending = attempt(true);
    if (is_sign_in_refused(ending)) continue;
    if (ending.dialogue.stage() > SmtpStage::auth) mechanism_ = next;
    return ending;
  }
  session.sign_in_by(std::nullopt);  // start anew: the operator may fix either side meanwhile
  mechanism_ = std::nullopt;
  return ending;
}

std::string_view SmtpTransport::misfit_of(const SmtpEnding& ending,
                                          const std::string& sender) const {
  if (!is_mute(ending, options_.security)) return misfit(ending, options_.security);
  return misfit_by_other_way(try_other_way(options_, sender, kQuick), options_.security);
}

Delivery SmtpTransport::send(const Message& message) {
  // RFC 5321 §3.3: text after a CR LF in an address would be the next command.
  if (!is_plain_address(message.to)) return {DeliveryClass::permanent, 0, "invalid recipient"};
  if (!is_plain_address(message.from.address)) {
    return {DeliveryClass::permanent, 0, "invalid sender"};
  }
  const std::string mime = to_mime(message);  // before the lease, which others wait for
  Lease lease(*this);
  SmtpSession& session = lease.session();
  const SmtpEnding ending =
      signing_in(session, [&](bool fresh) { return session.send(message, mime, fresh); });
  return to_delivery(ending, misfit_of(ending, message.from.address));
}

int SmtpTransport::open_sessions() const {
  const MutexLock lock(mutex_);
  const auto alive = std::count_if(kept_.begin(), kept_.end(),
                                   [](const auto& session) { return session->is_alive(); });
  return most_ - free_ + static_cast<int>(alive);  // those in use, and those kept
}

SmtpEnding SmtpTransport::try_out(const SmtpOptions& options) {
  SmtpSession session(options, endpoint_);
  return signing_in(session, [&](bool fresh) { return session.try_out(options_.sender, fresh); });
}

Delivery SmtpTransport::probe() {
  // A port that waits for TLS says nothing to a client that waits for a greeting. The first try is
  // short: misfit_of() then finds out whether that is the case, or whether the server is only slow.
  SmtpOptions quick = options_;
  quick.timeout = std::min(options_.timeout, kQuick);
  SmtpEnding ending = try_out(quick);
  std::string_view misfit = misfit_of(ending, options_.sender);
  const bool may_be_slow = ending.fault == TransferFault::timeout && misfit.empty();
  if (may_be_slow && quick.timeout < options_.timeout) {
    ending = try_out(options_);
    misfit = misfit_of(ending, options_.sender);
  }
  return to_delivery(ending, misfit);
}

}  // namespace

std::unique_ptr<Transport> make_smtp_transport(const SmtpOptions& options) {
  return std::make_unique<SmtpTransport>(options);
}

}  // namespace promotions
