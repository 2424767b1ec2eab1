// Verification mails on their whole way: sign-up, database, dispatcher, SMTP, all real; the clock
// is the test's.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "manager/office.h"
#include "promotions/jobs/job_handlers.h"
#include "promotions/mail/smtp_transport.h"
#include "support/event.h"
#include "support/log_capture.h"

namespace promotions {

// Passes all on, and remembers it. Thread-safe.
class WatchedTransport final : public Transport {
 public:
  explicit WatchedTransport(std::unique_ptr<Transport> inner) : inner_(std::move(inner)) {}

  Delivery send(const Message& message) override {
    if (throws_.exchange(false)) throw std::runtime_error("the transport broke");
    Delivery delivery = current()->send(message);
    {
      const std::lock_guard lock(mutex_);
      deliveries_.push_back(delivery);
      message_ids_.push_back(message.message_id);
    }
    sent.happen();
    return delivery;
  }
  Delivery probe() override { return current()->probe(); }
  std::string description() const override { return "watched"; }

  void throw_once() { throws_ = true; }

  // For the mails from now on.
  void replace(std::unique_ptr<Transport> inner) {
    const std::lock_guard lock(mutex_);
    inner_ = std::move(inner);
  }
  std::vector<Delivery> deliveries() const {
    const std::lock_guard lock(mutex_);
    return deliveries_;
  }
  std::vector<std::string> message_ids() const {
    const std::lock_guard lock(mutex_);
    return message_ids_;
  }

  Event sent;  // an attempt is over, whatever it came to

 private:
  std::shared_ptr<Transport> current() const {
    const std::lock_guard lock(mutex_);
    return inner_;
  }

  std::atomic<bool> throws_{false};
  mutable std::mutex mutex_;
  std::shared_ptr<Transport> inner_;  // guarded by mutex_, as all below
  std::vector<Delivery> deliveries_;
  std::vector<std::string> message_ids_;
};

class PostOffice {
 public:
  explicit PostOffice(int workers = 1) : workers_(workers) {
    office.create("autumn", [](CampaignSettings& settings) {
      settings.token_ttl = std::chrono::hours(24 * 30);
    });
  }
  ~PostOffice() { close(); }
  PostOffice(const PostOffice&) = delete;
  PostOffice& operator=(const PostOffice&) = delete;

  // Before each start: sends to this server; nothing is queued, and the lane has met no
  // trouble.
  void reset(const SmtpOptions& smtp) {
    close();
    office.storage->write([&](Stores& stores) {
      for (const Job& job : stores.jobs.list({.after = before_})) {
        stores.jobs.cancel(job.id, office.clock.now());
        before_ = job.id;
      }
    });
    transport = std::make_unique<WatchedTransport>(make_smtp_transport(smtp));
    log.clear();
  }

  void start() {
    auto handlers = make_job_handlers({*office.storage,
                                       *office.campaigns,
                                       *office.sign_ups,
                                       *office.draws,
                                       drand_,
                                       office.signer,
                                       renderer_,
                                       *transport,
                                       office.clock,
                                       mail_,
                                       {}});
    handlers["look"] = [this](const Job&) {
      looked_.happen();
      return JobResult{};
    };
    // Last, so that when its job runs the other lane has got its own.
    const std::vector<LaneOptions> lanes{{.name = "mail", .workers = workers_}, {.name = "look"}};
    dispatcher_.emplace(*office.storage, office.clock, office.random, options, lanes, handlers);
    listener_ = office.storage->listen([this](const Effects& effects) {
      if (!effects.jobs_added) return;
      dispatcher_->wake();
      jobs_committed_.happen();
    });
    dispatcher_->start();
  }

  // Another person; the job of the mail to them.
  std::int64_t sign_up() { return sign_up("p" + std::to_string(++people_) + "@example.org"); }
  std::int64_t sign_up(const std::string& address) {
    office.sign_up(address);
    return office.storage
        ->read([&](const Stores& stores) {
          return stores.jobs.list(
              {.kind = std::string(job_kinds::kVerification), .after = before_});
        })
        .back()
        .id;
  }

  Job job(std::int64_t id) {
    return office.storage->read([&](const Stores& stores) { return stores.jobs.find(id).value(); });
  }

  // Waits for the end of an attempt that has begun; false after the deadline.
  bool comes_to(std::int64_t id, JobState state) {
    if (state == JobState::ready || state == JobState::scheduled) {
      return jobs_committed_.wait_until([&] { return job(id).state == state; });
    }
    return log.wait_for("job=" + std::to_string(id) + " kind=verification attempt=") &&
           job(id).state == state;
  }
  bool is_done(std::int64_t id, int attempt) {
    return log.wait_for("job=" + std::to_string(id) +
                        " kind=verification attempt=" + std::to_string(attempt) + " done");
  }

  // Moves the clock and has the dispatcher look at it.
  void advance(Millis by) {
    office.clock.advance(by);
    dispatcher_->wake();
  }

  // Returns when the mail lane has been asked whether it has room, by the clock as it is now.
  bool looks() {
    // The first job may be claimed by a look that was under way already, the second cannot.
    for (int i = 0; i < 2; ++i) {
      const int before = looked_.count();
      office.storage->write([&](Stores& stores) {
        return stores.jobs.enqueue({.lane = "look", .kind = "look"}, office.clock.now());
      });
      if (!looked_.wait(before + 1)) return false;
    }
    return true;
  }

  LogCapture log;
  Office office;
  DispatcherOptions options;
  std::unique_ptr<WatchedTransport> transport;

 private:
  void close() {
    listener_.reset();
    dispatcher_.reset();
  }

  const int workers_;
  const MailRenderer renderer_;
  DrandClient drand_{DrandOptions{}};  // asks nobody
  const MailSettings mail_{{"Raffles", "raffles@example.org"}, {}, "https://example.org"};
  int people_ = 0;
  std::int64_t before_ = 0;  // jobs until this one are over
  Event jobs_committed_;
  Event looked_;
  std::optional<Dispatcher> dispatcher_;
  CommitListener listener_;
};

}  // namespace promotions
