#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/session.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

constexpr char kCampaigns[] = "/api/v1/campaigns";

// What `create` and `update` set; a field that was not given is not sent.
struct CampaignFields {
  std::string slug;
  std::optional<std::string> name, description, admin_email, locale, time_zone, opens_at, closes_at,
      verification, duplicates, token_ttl, templates_file;
  std::optional<int> winners, alternates;
};

void add_fields(CLI::App& command, CampaignFields& fields, bool required) {
  command.add_option("SLUG", fields.slug, "The campaign's name in addresses: a-z, 0-9 and -")
      ->required();
  auto* name = command.add_option("--name", fields.name, "The name that people read");
  auto* email = command.add_option("--admin-email", fields.admin_email, "Who is mailed the result");
  if (required) {
    name->required();
    email->required();
  }
  command.add_option("--description", fields.description, "A sentence or two");
  command.add_option("--winners", fields.winners, "How many win (1)");
  command.add_option("--alternates", fields.alternates, "How many are drawn after them (0)");
  command.add_option("--opens-at", fields.opens_at, "RFC 3339 time, or \"null\": from the start");
  command.add_option("--closes-at", fields.closes_at,
                     "RFC 3339 time, or \"null\": until it is finished");
  command.add_option("--locale", fields.locale, "es or en (es)");
  command.add_option("--time-zone", fields.time_zone, "IANA name, as Europe/Madrid (UTC)");
  command.add_option("--verification", fields.verification, "link or confirm (link)");
  command.add_option("--duplicates", fields.duplicates, "reject or conceal (reject)");
  command.add_option("--token-ttl", fields.token_ttl, "How long mailed links work, as 48h (2d)");
  command.add_option("--templates", fields.templates_file,
                     "JSON file with the campaign's own mails");
}

OrderedJson read_templates(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) throw UserError(path + ": cannot be read; name a JSON file", kWrongUsage);
  OrderedJson json = OrderedJson::parse(text.str(), nullptr, false);
  if (json.is_discarded())
    throw UserError(path + ": is not JSON; see docs/templates.md", kWrongUsage);
  return json;
}

OrderedJson to_json(const CampaignFields& fields) {
  OrderedJson json = OrderedJson::object();
  const auto put = [&](const char* name, const auto& value) {
    if (value) json[name] = *value;
  };
  const auto put_time = [&](const char* name, const std::optional<std::string>& value) {
    if (value) json[name] = *value == "null" ? OrderedJson(nullptr) : OrderedJson(*value);
  };
  put("name", fields.name);
  put("description", fields.description);
  put("admin_email", fields.admin_email);
  put("locale", fields.locale);
  put("time_zone", fields.time_zone);
  put_time("opens_at", fields.opens_at);
  put_time("closes_at", fields.closes_at);
  put("winners", fields.winners);
  put("alternates", fields.alternates);
  put("verification", fields.verification);
  put("duplicates", fields.duplicates);
  put("token_ttl", fields.token_ttl);
  if (fields.templates_file) json["templates"] = read_templates(*fields.templates_file);
  return json;
}

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

int finish(const GlobalOptions& options, const std::string& slug) {
  Session session(options);
  Progress progress("drawing");
  ControlAnswer answer;
  do {  // each request waits some seconds by itself
    progress.tick();
    answer = session.request("campaign finish", "POST", "/finish_campaign?campaign=" + slug);
  } while (answer.status == 202);
  if (options.json) {
    print_json(answer.body);
    return kDone;
  }
  std::printf("%s: %s entrants\n", slug.c_str(), answer.body["entrants"].dump().c_str());
  const std::vector<Column> columns{
      {"POSITION", "position"}, {"TICKET", "ticket"}, {"EMAIL", "email"}};
  std::puts("Winners");
  print_table(answer.body["winners"], columns);
  std::puts("Alternates");
  print_table(answer.body["alternates"], columns);
  return kDone;
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

}  // namespace

void add_campaign(CLI::App& app, Action& action) {
  CLI::App* campaign =
      app.add_subcommand("campaign", "Creates, shows, changes and finishes campaigns");
  campaign->require_subcommand(1);
  const auto fields = std::make_shared<CampaignFields>();
  const auto sure = std::make_shared<bool>(false);

  CLI::App* create_command = campaign->add_subcommand("create", "Makes a new campaign");
  add_fields(*create_command, *fields, true);
  create_command->callback([&action, fields] {
    action = [fields](const GlobalOptions& options) { return create(options, *fields); };
  });
  CLI::App* update_command = campaign->add_subcommand("update", "Changes what is given");
  add_fields(*update_command, *fields, false);
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
  add_by_slug("finish", "Closes it, draws, and mails the winners", finish);
  add_by_slug("delete", "Removes it and its personal data",
              [sure](const GlobalOptions& options, const std::string& slug) {
                return remove(options, slug, *sure);
              })
      ->add_flag("-y,--yes", *sure, "Does not ask");
}

}  // namespace promotions
