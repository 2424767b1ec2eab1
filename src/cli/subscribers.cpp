#include <cstdio>
#include <limits>
#include <memory>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/usage.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/domain/email_address.h"

namespace promotions {
namespace {

struct ListOptions {
  std::string slug;
  std::string state;
  std::string text;
  std::string after;
  int limit = 100;
};

struct One {
  std::string slug;
  std::string who;  // an id or an address
  std::string reason;
};

std::string path_of(const std::string& slug) {
  return "/api/v1/campaigns/" + percent_encoded(slug) + "/subscribers";
}

std::string path_of(const One& one, const OrderedJson& subscriber) {
  return path_of(one.slug) + "/" + subscriber["id"].dump();
}

int list(const GlobalOptions& options, const ListOptions& filter) {
  Session session(options);
  const OrderedJson answer =
      session
          .request("subscribers list", "GET",
                   path_of(filter.slug) + "?state=" + percent_encoded(filter.state) + "&q=" +
                       percent_encoded(filter.text) + "&after=" + percent_encoded(filter.after) +
                       "&limit=" + std::to_string(filter.limit))
          .body;
  if (options.json) {
    print_json(answer);
    return kDone;
  }
  print_table(answer["items"], {{"ID", "id"},
                                {"EMAIL", "email"},
                                {"STATE", "state"},
                                {"TICKET", "ticket"},
                                {"CREATED", "created_at"},
                                {"VERIFIED", "verified_at"}});
  if (!answer["next"].is_null()) {
    std::printf("more: --after %s\n", answer["next"].get<std::string>().c_str());
  }
  return kDone;
}

[[noreturn]] void nobody(const std::string& place, const One& one) {
  throw UserError(place + ": " + one.slug + " has no subscriber " + one.who +
                  "; promotions subscribers list " + one.slug + " shows those it has");
}

// Asks for the first subscriber above the id before: it is another one if there is no such id.
OrderedJson find_by_id(Session& session, const std::string& place, const One& one,
                       std::int64_t id) {
  const OrderedJson items =
      session.request(place, "GET", path_of(one.slug) + "?limit=1&after=" + std::to_string(id - 1))
          .body["items"];
  if (items.empty() || items.front()["id"] != id) nobody(place, one);
  return items.front();
}

// Does `address` mean the subscriber `item`? The list also has subscribers whose address merely
// contains that text. Another name of the same mailbox is meant only where the campaign merges
// aliases.
bool is_meant(const OrderedJson& item, const EmailAddress& address) {
  if (!item["email"].is_string()) return false;  // erased
  const auto typed = EmailAddress::parse(item["email"].get<std::string>());
  const auto counted = item["email_key"].get<std::string>();
  return (typed && typed->key() == address.key()) || counted == address.key() ||
         counted == address.mailbox();
}

// Searches the subscribers whose address contains it, page by page.
OrderedJson find_by_address(Session& session, const std::string& place, const One& one,
                            const EmailAddress& address) {
  std::string after = "0";
  for (;;) {
    const OrderedJson page = session
                                 .request(place, "GET",
                                          path_of(one.slug) + "?limit=1000&after=" + after +
                                              "&q=" + percent_encoded(address.text()))
                                 .body;
    for (const auto& item : page["items"]) {
      if (is_meant(item, address)) return item;
    }
    if (page["next"].is_null()) nobody(place, one);
    after = page["next"].get<std::string>();
  }
}

OrderedJson find(Session& session, const std::string& place, const One& one) {
  if (const auto address = EmailAddress::parse(one.who)) {
    return find_by_address(session, place, one, *address);
  }
  std::string number = one.who;
  if (!id_number()(number).empty()) {
    throw UserError(place + ": \"" + one.who +
                        "\" is neither an address nor an ID; expected one "
                        "such as eva@example.org or 17",
                    kWrongUsage);
  }
  return find_by_id(session, place, one, std::stoll(one.who));
}

int print(const GlobalOptions& options, const OrderedJson& record) {
  if (options.json) {
    print_json(record);
  } else {
    print_record(record);
  }
  return kDone;
}

int show(const GlobalOptions& options, const One& one) {
  Session session(options);
  return print(options, find(session, "subscribers show", one));
}

// Repeats the subscriber's own sign-up, so that the mail is sent again within the limits that hold
// for everybody.
int resend(const GlobalOptions& options, const One& one) {
  constexpr char place[] = "subscribers resend";
  Session session(options);
  const OrderedJson subscriber = find(session, place, one);
  if (subscriber["state"] != "pending") {
    throw UserError(std::string(place) + ": subscriber " + subscriber["id"].dump() +
                    " has verified already; there is nothing to confirm");
  }
  OrderedJson body = {{"campaign", one.slug},
                      {"email", subscriber["email"]},
                      {"data", subscriber["data"]},
                      {"age_confirmed", true}};  // with that sign-up, if the campaign asks
  if (!subscriber["locale"].is_null()) body["locale"] = subscriber["locale"];
  const ControlAnswer answer = session.ask(place, "POST", "/add_subscriber", body);
  // "already_registered" is an error for a sign-up, but not for this command.
  const std::string code = answer.body.value("code", "");
  if (answer.status >= 400 && code != "already_registered") Session::refuse(place, answer);
  const std::string mail = answer.body.value("mail", "sent");
  if (mail == "waiting" || mail == "limited" || mail == "none") {
    throw UserError(std::string(place) + ": no mail was sent; " +
                    (mail == "waiting" ? "the last one went out less than ten minutes ago, so try "
                                         "again later"
                                       : "the address has had its mails for today "
                                         "(limits.mails_per_address_per_day), so try tomorrow"));
  }
  return print(options, {{"id", subscriber["id"]}, {"email", subscriber["email"]}, {"mail", mail}});
}

int disqualify(const GlobalOptions& options, const One& one) {
  constexpr char place[] = "subscribers disqualify";
  Session session(options);
  const OrderedJson subscriber = find(session, place, one);
  return print(options, session
                            .request(place, "POST", path_of(one, subscriber) + "/disqualify",
                                     OrderedJson{{"reason", one.reason}})
                            .body);
}

int erase(const GlobalOptions& options, const One& one) {
  constexpr char place[] = "subscribers erase";
  Session session(options);
  const OrderedJson subscriber = find(session, place, one);
  session.request(place, "DELETE", path_of(one, subscriber));
  print_done(options.json, {{"id", subscriber["id"]}, {"erased", true}},
             "Erased subscriber " + subscriber["id"].dump() + " of " + one.slug + ".");
  return kDone;
}

void add_list(CLI::App& subscribers, Action& action) {
  CLI::App* command = subscribers.add_subcommand("list", "List subscribers, oldest first");
  const auto options = std::make_shared<ListOptions>();
  command->add_option("SLUG", options->slug, "The campaign")->required();
  command->add_option("--state", options->state, "pending or verified");
  command->add_option("--q", options->text, "Part of the address");
  command->add_option("--after", options->after, "Only ids above this one")
      ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()));
  command->add_option("--limit", options->limit, "Number of subscribers, at most (100)")
      ->check(whole_number(1, 1000));
  command->callback([&action, options] {
    action = [options](const GlobalOptions& global) { return list(global, *options); };
  });
}

CLI::App* add_one(CLI::App& subscribers, Action& action, const char* name, const char* help,
                  const std::shared_ptr<One>& one,
                  int (*function)(const GlobalOptions&, const One&)) {
  CLI::App* command = subscribers.add_subcommand(name, help);
  command->add_option("SLUG", one->slug, "The campaign")->required();
  command->add_option("WHO", one->who, "An ID or an address")->required();
  command->callback([&action, one, function] {
    action = [one, function](const GlobalOptions& global) { return function(global, *one); };
  });
  return command;
}

}  // namespace

void add_subscribers(CLI::App& app, Action& action) {
  CLI::App* subscribers =
      app.add_subcommand("subscribers", "Show and manage the subscribers of a campaign");
  subscribers->require_subcommand(1);
  const auto one = std::make_shared<One>();
  add_list(*subscribers, action);
  add_one(*subscribers, action, "show", "Show one subscriber", one, show);
  add_one(*subscribers, action, "resend", "Mail the verification link once more", one, resend);
  add_one(*subscribers, action, "disqualify", "Disqualify a subscriber, before the list is sealed",
          one, disqualify)
      ->add_option("--reason", one->reason, "The reason, which is published")
      ->required();
  add_one(*subscribers, action, "erase", "Erase the personal data of a subscriber", one, erase);
}

}  // namespace promotions
