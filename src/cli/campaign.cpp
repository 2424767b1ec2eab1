#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "cli/campaign_fields.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

constexpr char kCampaigns[] = "/api/v1/campaigns";
constexpr Millis kAskAgainAfter{200};

struct FinishOptions {
  std::string slug;
  std::optional<std::string> value;  // what the public source of the beacon said
};

// One of `position` and `subscriber`.
struct Disqualification {
  std::string slug;
  std::optional<int> position;
  std::optional<std::int64_t> subscriber;
  std::string reason;
};

int show_record(const GlobalOptions& options, const OrderedJson& record) {
  if (options.json) {
    print_json(record);
  } else {
    print_record(record);
  }
  return kDone;
}

int create(const GlobalOptions& options, const CampaignFields& fields) {
  OrderedJson body = to_json(fields);
  body["slug"] = fields.slug;
  Session session(options);
  return show_record(options, session.request("campaign create", "POST", kCampaigns, body).body);
}

int update(const GlobalOptions& options, const CampaignFields& fields) {
  Session session(options);
  return show_record(
      options, session
                   .request("campaign update", "PATCH", std::string(kCampaigns) + "/" + fields.slug,
                            to_json(fields))
                   .body);
}

int list(const GlobalOptions& options) {
  Session session(options);
  const OrderedJson answer = session.request("campaign list", "GET", kCampaigns).body;
  if (options.json) {
    print_json(answer["items"]);
  } else {
    print_table(answer["items"], {{"SLUG", "slug"},
                                  {"STATE", "state"},
                                  {"PENDING", "subscribers.pending"},
                                  {"VERIFIED", "subscribers.verified"},
                                  {"CLOSES", "closes_at"},
                                  {"NAME", "name"}});
  }
  return kDone;
}

int show(const GlobalOptions& options, const std::string& slug) {
  Session session(options);
  return show_record(
      options, session.request("campaign show", "GET", std::string(kCampaigns) + "/" + slug).body);
}

// Asks until the draw is done, or until it waits for what only the organiser can give.
ControlAnswer ask_to_finish(Session& session, const FinishOptions& finish) {
  std::string path = "/finish_campaign?campaign=" + percent_encoded(finish.slug);
  if (finish.value) path += "&value=" + percent_encoded(*finish.value);
  std::optional<Progress> progress(std::in_place, "drawing");
  std::string waiting_for;
  for (;;) {
    progress->tick();
    const auto asked_at = std::chrono::steady_clock::now();
    ControlAnswer answer = session.request("campaign finish", "POST", path);
    const std::string reason = answer.body.value("waiting_for", "");
    if (answer.status != 202 || reason == "value") return answer;
    if (reason != waiting_for) {
      progress.emplace(reason == "beacon" ? "waiting for the beacon" : "drawing");
      waiting_for = reason;
    }
    // Most requests wait by themselves; one that does not must not be repeated at once.
    std::this_thread::sleep_until(asked_at + kAskAgainAfter);
  }
}

int finish(const GlobalOptions& options, const FinishOptions& finish) {
  Session session(options);
  ControlAnswer answer = ask_to_finish(session, finish);
  const bool is_waiting = answer.status == 202;
  if (is_waiting) {
    std::fprintf(
        stderr,
        "campaign finish: the list of %s is sealed, and its draw waits for the value of its "
        "beacon; once everybody can look it up, give it with --value\n",
        finish.slug.c_str());
  }
  if (options.json) {
    print_json(answer.body);
    return kDone;
  }
  if (is_waiting) return kDone;
  std::printf("%s: %s entrants\n", finish.slug.c_str(), answer.body["entrants"].dump().c_str());
  const std::vector<Column> columns{
      {"POSITION", "position"}, {"TICKET", "ticket"}, {"EMAIL", "email"}, {"STATE", "state"}};
  std::puts("Winners");
  print_table(answer.body["winners"], columns);
  std::puts("Alternates");
  print_table(answer.body["alternates"], columns);
  return kDone;
}

// Before the seal an entrant is named by its id, after the draw by its position.
int disqualify(const GlobalOptions& options, const Disqualification& one) {
  constexpr char place[] = "campaign disqualify";
  if (!one.position && !one.subscriber) {
    throw UserError(std::string(place) + ": nobody is named; expected --position or --subscriber",
                    kWrongUsage);
  }
  std::string path = std::string(kCampaigns) + "/" + percent_encoded(one.slug);
  OrderedJson body = {{"reason", one.reason}};
  if (one.position) body["position"] = *one.position;
  if (one.subscriber) path += "/subscribers/" + std::to_string(*one.subscriber);
  Session session(options);
  const OrderedJson answer = session.request(place, "POST", path + "/disqualify", body).body;
  return answer.is_null() ? kDone : show_record(options, answer);
}

int remove(const GlobalOptions& options, const std::string& slug, bool sure) {
  if (!sure && isatty(STDIN_FILENO) == 1) {
    std::fprintf(stderr, "Delete %s and all of its subscribers? Type its name: ", slug.c_str());
    std::string typed;
    std::getline(std::cin, typed);
    if (typed != slug) throw UserError("campaign delete: not confirmed; nothing was deleted");
  }
  Session session(options);
  Progress progress("deleting");
  session.request("campaign delete", "DELETE", std::string(kCampaigns) + "/" + slug);
  return kDone;
}

void add_finish(CLI::App& campaign, Action& action) {
  CLI::App* command = campaign.add_subcommand("finish", "Closes it, draws, and mails the winners");
  const auto options = std::make_shared<FinishOptions>();
  command->add_option("SLUG", options->slug, "The campaign")->required();
  command->add_option("--value", options->value, "What the beacon's public source said");
  command->callback([&action, options] {
    action = [options](const GlobalOptions& global) { return finish(global, *options); };
  });
}

void add_disqualify(CLI::App& campaign, Action& action) {
  CLI::App* command = campaign.add_subcommand(
      "disqualify", "Takes a prize, or the part in the draw, from somebody");
  const auto one = std::make_shared<Disqualification>();
  command->add_option("SLUG", one->slug, "The campaign")->required();
  CLI::Option* position =
      command->add_option("--position", one->position, "Who was drawn there; an alternate follows")
          ->check(CLI::PositiveNumber);
  command
      ->add_option("--subscriber", one->subscriber,
                   "The id of who is to take no part; before the list is sealed")
      ->check(CLI::PositiveNumber)
      ->excludes(position);
  command->add_option("--reason", one->reason, "Why; it is published")->required();
  command->callback([&action, one] {
    action = [one](const GlobalOptions& global) { return disqualify(global, *one); };
  });
}

}  // namespace

void add_campaign(CLI::App& app, Action& action) {
  CLI::App* campaign =
      app.add_subcommand("campaign", "Creates, shows, changes and finishes campaigns");
  campaign->require_subcommand(1);
  const auto fields = std::make_shared<CampaignFields>();
  const auto sure = std::make_shared<bool>(false);

  CLI::App* create_command = campaign->add_subcommand("create", "Makes a new campaign");
  add_campaign_fields(*create_command, *fields, true);
  create_command->callback([&action, fields] {
    action = [fields](const GlobalOptions& options) { return create(options, *fields); };
  });
  CLI::App* update_command = campaign->add_subcommand("update", "Changes what is given");
  add_campaign_fields(*update_command, *fields, false);
  update_command->callback([&action, fields] {
    action = [fields](const GlobalOptions& options) { return update(options, *fields); };
  });
  campaign->add_subcommand("list", "Shows all campaigns")->callback([&action] { action = list; });

  const auto add_by_slug = [&](const char* name, const char* help, auto function) {
    CLI::App* command = campaign->add_subcommand(name, help);
    command->add_option("SLUG", fields->slug, "The campaign")->required();
    command->callback([&action, fields, function] {
      action = [fields, function](const GlobalOptions& options) {
        return function(options, fields->slug);
      };
    });
    return command;
  };
  add_by_slug("show", "Shows one campaign", show);
  add_finish(*campaign, action);
  add_disqualify(*campaign, action);
  add_by_slug("delete", "Removes it and its personal data",
              [sure](const GlobalOptions& options, const std::string& slug) {
                return remove(options, slug, *sure);
              })
      ->add_flag("-y,--yes", *sure, "Does not ask");
}

}  // namespace promotions
