#include "cli/crowd.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/control_client.h"
#include "promotions/app/application.h"
#include "promotions/base/errors.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

using namespace std::chrono_literals;

// A mail that was accepted longer ago says nothing about the present sessions.
constexpr std::chrono::seconds kLately = 10min;

OrderedJson mail_lane(const OrderedJson& queue) {
  const OrderedJson none;
  const OrderedJson& all = queue.is_object() && queue.contains("lanes") ? queue["lanes"] : none;
  const auto found = std::find_if(all.begin(), all.end(), [](const OrderedJson& lane) {
    return lane.value("name", "") == lanes::kMail;
  });
  return found == all.end() ? none : *found;
}

}  // namespace

Delivery with_patience(const std::function<Delivery()>& attempt) {
  Delivery delivery = attempt();
  if (delivery.outcome != DeliveryClass::crowded) return delivery;
  std::this_thread::sleep_for(1s);
  return attempt();
}

std::optional<std::string> crowd_of_ours(const OrderedJson& queue, const std::string& mail_server) {
  const OrderedJson lane = mail_lane(queue);
  if (lane.is_null() || !queue.contains("mail") || queue["mail"].is_null()) return std::nullopt;
  const OrderedJson& mail = queue["mail"];
  // Sessions with another mail server take no room at this one. And if the lane is in trouble, its
  // sessions do not explain the refusal.
  if (mail.value("server", "") != mail_server || !lane.at("reason").is_null()) return std::nullopt;
  const int open = mail.at("open_sessions").get<int>();
  // How many sessions the lane has found out that the mail server allows.
  const int learnt = lane.at("sessions").get<int>();
  const bool has_learnt_fewer = learnt < mail.at("most_sessions").get<int>();
  const OrderedJson& accepted = mail.at("seconds_since_accepted");
  const bool is_flowing = !accepted.is_null() && accepted.get<std::int64_t>() < kLately.count();
  if (open == 0 || (!has_learnt_fewer && !is_flowing)) return std::nullopt;

  const int takes = has_learnt_fewer ? learnt : open;
  std::string text = "the mail server takes " + std::to_string(takes) +
                     (takes == 1 ? " session" : " sessions") +
                     " at once, and the running server holds " + (takes == 1 ? "it" : "them");
  if (queue.value("paused", false)) return text + "; the queue is paused";
  return is_flowing ? text + "; mail is flowing" : text;
}

std::optional<std::string> crowd_of_ours(const Config& config, const std::string& mail_server) {
  try {
    ControlClient client(control_socket_path(config.storage, Role::server));
    const auto answer = client.look("/api/v1/queue");
    if (!answer || answer->status != 200) return std::nullopt;
    return crowd_of_ours(answer->body, mail_server);
  } catch (const UserError&) {  // it does not answer, so it sends nothing either
    return std::nullopt;
  }
}

}  // namespace promotions
