#include <memory>
#include <optional>
#include <string>

#include "cli/campaign_flags.h"
#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/finish.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/usage.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

constexpr char kCampaigns[] = "/api/v1/campaigns";

std::string path_of(const std::string& slug) {
  return std::string(kCampaigns) + "/" + percent_encoded(slug);
}

// Whom `campaign disqualify` is about: either `position` or `subscriber` is set.
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

int create(const GlobalOptions& options, const CampaignFlags& flags) {
  OrderedJson body = flags.to_json();
  body["slug"] = flags.slug();
  Session session(options);
  return show_record(options, session.request("campaign create", "POST", kCampaigns, body).body);
}

int update(const GlobalOptions& options, const CampaignFlags& flags) {
  constexpr char place[] = "campaign update";
  const OrderedJson changes = flags.to_json();
  if (changes.empty()) {
    throw UserError(std::string(place) +
                        ": nothing is to be changed; promotions campaign update --help lists what "
                        "can be",
                    kWrongUsage);
  }
  Session session(options);
  return show_record(options, session.request(place, "PATCH", path_of(flags.slug()), changes).body);
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

// While a campaign is finishing, also shows what its draw waits for.
int show(const GlobalOptions& options, const std::string& slug) {
  constexpr char place[] = "campaign show";
  Session session(options);
  OrderedJson campaign = session.request(place, "GET", path_of(slug)).body;
  if (campaign["state"] == "finishing") {
    const OrderedJson finish =
        session.look(place, "/finish_campaign?campaign=" + percent_encoded(slug)).body;
    for (const char* field : {"waiting_for", "detail", "attempts", "since", "next_try_at"}) {
      if (finish.is_object() && finish.contains(field)) campaign[field] = finish[field];
    }
  }
  return show_record(options, campaign);
}

// Before the seal somebody is named by the subscriber's id, after the draw by the position.
int disqualify(const GlobalOptions& options, const Disqualification& one) {
  constexpr char place[] = "campaign disqualify";
  if (!one.position && !one.subscriber) {
    throw UserError(std::string(place) + ": nobody is named; expected --position or --subscriber",
                    kWrongUsage);
  }
  std::string path = path_of(one.slug);
  OrderedJson body = {{"reason", one.reason}};
  if (one.position) body["position"] = *one.position;
  if (one.subscriber) path += "/subscribers/" + std::to_string(*one.subscriber);
  Session session(options);
  const OrderedJson answer = session.request(place, "POST", path + "/disqualify", body).body;
  return answer.is_null() ? kDone : show_record(options, answer);
}

// Whose address `campaign correct` corrects, and how.
struct Correction {
  std::string slug;
  int position = 0;
  std::string email;
};

int correct(const GlobalOptions& options, const Correction& one) {
  const std::string path = path_of(one.slug) + "/winners/" + std::to_string(one.position);
  const OrderedJson body = {{"email", one.email}};
  Session session(options);
  return show_record(options, session.request("campaign correct", "PATCH", path, body).body);
}

std::string counted(const OrderedJson& count, const char* what) {
  return count.dump() + " " + what;
}

int remove(const GlobalOptions& options, const std::string& slug, bool sure) {
  constexpr char place[] = "campaign delete";
  Session session(options);
  if (!sure) {
    const OrderedJson campaign = session.request(place, "GET", path_of(slug)).body;
    const std::string state = campaign["state"];
    const OrderedJson& subscribers = campaign["subscribers"];
    confirm(place,
            "deletes " + slug + " (" + state + ") with " +
                counted(subscribers["verified"], "verified and ") +
                counted(subscribers["pending"], "unverified subscribers, all that they gave, ") +
                (state == "finished" ? "who won, " : "") + "and the mails to them that still wait",
            slug);
  }
  {
    const Progress progress("deleting");
    session.request(place, "DELETE", path_of(slug));
  }
  print_done(options.json, {{"slug", slug}, {"deleted", true}}, "Deleted " + slug + ".");
  return kDone;
}

void add_disqualify(CLI::App& campaign, Action& action) {
  CLI::App* command = campaign.add_subcommand(
      "disqualify", "Disqualify somebody: by id before the seal, by position after the draw");
  const auto one = std::make_shared<Disqualification>();
  command->add_option("SLUG", one->slug, "The campaign")->required();
  CLI::Option* position = command
                              ->add_option("--position", one->position,
                                           "Position that was drawn; the first alternate follows")
                              ->check(whole_number(1, 2000));
  command
      ->add_option("--subscriber", one->subscriber, "Id of the subscriber who is to take no part")
      ->check(id_number())
      ->excludes(position);
  command->add_option("--reason", one->reason, "The reason, which is published")->required();
  command->callback([&action, one] {
    action = [one](const GlobalOptions& global) { return disqualify(global, *one); };
  });
}

void add_correct(CLI::App& campaign, Action& action) {
  CLI::App* command = campaign.add_subcommand(
      "correct", "Mail a winner whose address refused the mail at another address");
  const auto one = std::make_shared<Correction>();
  command->add_option("SLUG", one->slug, "The campaign")->required();
  command->add_option("--position", one->position, "Position that was drawn")
      ->required()
      ->check(whole_number(1, 2000));
  command->add_option("--email", one->email, "The address to mail instead")->required();
  command->callback([&action, one] {
    action = [one](const GlobalOptions& global) { return correct(global, *one); };
  });
}

}  // namespace

void add_campaign(CLI::App& app, Action& action) {
  CLI::App* campaign = app.add_subcommand("campaign", "Create, show, change and finish campaigns");
  campaign->require_subcommand(1);
  // Shared with the callbacks, which run after this function has returned.
  const auto flags = std::make_shared<CampaignFlags>();
  const auto named = std::make_shared<std::string>();
  const auto sure = std::make_shared<bool>(false);

  CLI::App* create_command = campaign->add_subcommand("create", "Create a campaign");
  flags->add_to(*create_command, CampaignFlags::For::create);
  create_command->callback([&action, flags] {
    action = [flags](const GlobalOptions& options) { return create(options, *flags); };
  });
  CLI::App* update_command =
      campaign->add_subcommand("update", "Change the options that are given");
  flags->add_to(*update_command, CampaignFlags::For::update);
  update_command->callback([&action, flags] {
    action = [flags](const GlobalOptions& options) { return update(options, *flags); };
  });
  campaign->add_subcommand("list", "List all campaigns")->callback([&action] { action = list; });

  const auto add_by_slug = [&](const char* name, const char* help, auto function) {
    CLI::App* command = campaign->add_subcommand(name, help);
    command->add_option("SLUG", *named, "The campaign")->required();
    command->callback([&action, named, function] {
      action = [named, function](const GlobalOptions& options) {
        return function(options, *named);
      };
    });
    return command;
  };
  add_by_slug("show", "Show one campaign", show);
  add_finish(*campaign, action);
  add_disqualify(*campaign, action);
  add_correct(*campaign, action);
  add_by_slug("delete", "Delete a campaign with its personal data",
              [sure](const GlobalOptions& options, const std::string& slug) {
                return remove(options, slug, *sure);
              })
      ->add_flag("-y,--yes", *sure, "No confirmation");
}

}  // namespace promotions
