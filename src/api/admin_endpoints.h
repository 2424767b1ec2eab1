// The endpoints for administrators: campaigns, subscribers, jobs and the queue. Also those for
// accounts, which only the owner of the process may change. Private to api.
#pragma once

#include "promotions/http/answer.h"
#include "promotions/http/request.h"
#include "promotions/manager/accounts.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/queue.h"
#include "promotions/manager/sign_ups.h"

namespace promotions {

// Thread-safe.
class CampaignEndpoints {
 public:
  // `base_path` is for `Location`. `drand_chain` is the only chain that campaigns may use; empty:
  // none.
  CampaignEndpoints(Campaigns& campaigns, SignUps& sign_ups, std::string base_path,
                    std::string drand_chain)
      : campaigns_(campaigns),
        sign_ups_(sign_ups),
        base_path_(std::move(base_path)),
        drand_chain_(std::move(drand_chain)) {}

  Answer list(const Request& request);
  Answer create(const Request& request);
  Answer show(const Request& request);
  Answer update(const Request& request);
  Answer remove(const Request& request);
  Answer list_subscribers(const Request& request);
  Answer erase_subscriber(const Request& request);

 private:
  std::optional<Problem> settle_beacon(Beacon& beacon) const;

  Campaigns& campaigns_;
  SignUps& sign_ups_;
  const std::string base_path_;
  const std::string drand_chain_;
};

// Thread-safe.
class QueueEndpoints {
 public:
  explicit QueueEndpoints(Queue& queue) : queue_(queue) {}

  Answer list_jobs(const Request& request);
  Answer show_job(const Request& request);
  Answer retry_job(const Request& request);
  Answer cancel_job(const Request& request);
  Answer retry_dead_jobs(const Request& request);
  Answer show_queue(const Request& request);
  Answer pause(const Request& request);
  Answer resume(const Request& request);
  Answer readiness(const Request& request);

 private:
  Answer change(const Request& request,
                JobChange (Queue::*operation)(const Principal&, std::int64_t));

  Queue& queue_;
};

// Thread-safe.
class AccountEndpoints {
 public:
  explicit AccountEndpoints(Accounts& accounts) : accounts_(accounts) {}

  Answer list(const Request& request);
  Answer add(const Request& request);
  Answer change_password(const Request& request);
  Answer remove(const Request& request);

 private:
  Accounts& accounts_;
};

}  // namespace promotions
