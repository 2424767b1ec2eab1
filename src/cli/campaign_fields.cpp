#include "cli/campaign_fields.h"

#include <fstream>
#include <sstream>

#include "cli/usage.h"
#include "promotions/base/errors.h"
#include "promotions/domain/locale.h"

namespace promotions {
namespace {

// On the command line it stands for null, and for the empty list.
constexpr char kNull[] = "null";

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

// The kind follows from what only one kind has.
OrderedJson beacon_json(const CampaignFields& fields) {
  OrderedJson json = OrderedJson::object();
  if (fields.beacon) {
    json["kind"] = *fields.beacon;
  } else {
    json["kind"] = fields.beacon_source ? "public" : "drand";
  }
  if (fields.beacon_source) json["source"] = *fields.beacon_source;
  if (fields.beacon_chain) json["chain"] = *fields.beacon_chain;
  return json;
}

OrderedJson list_json(const std::vector<std::string>& values) {
  if (values.size() == 1 && values.front() == kNull) return OrderedJson::array();
  return values;
}

void add_list(CLI::App& command, const char* name, std::vector<std::string>& values,
              const char* help) {
  command.add_option(name, values, help)->allow_extra_args(false)->take_all();
}

void add_draw_fields(CLI::App& command, CampaignFields& fields) {
  command.add_option(
      "--beacon", fields.beacon,
      "Where the draw's outside randomness comes from: none, drand or public (none)");
  command.add_option("--beacon-source", fields.beacon_source,
                     "public: what everybody can look up, in words");
  command.add_option("--beacon-chain", fields.beacon_chain, "drand: the hash of the chain");
  command.add_option("--draw-delay", fields.draw_delay,
                     "drand: from the seal to its round, at least (30s)");
  command.add_option("--claim-within", fields.claim_within,
                     "How long a prize can be claimed, as 7d, or \"null\": it need not be (null)");
  add_list(command, "--witness", fields.witnesses,
           "An address that gets the seal; once for each, \"null\": none");
  add_list(command, "--exclude", fields.exclusions,
           "An address or a domain that takes no part; once for each, \"null\": none");
  CLI::Option* notify = command.add_flag_callback(
      "--notify-not-drawn", [&fields] { fields.notify_not_drawn = true; },
      "Mails also those who were not drawn");
  command
      .add_flag_callback(
          "--no-notify-not-drawn", [&fields] { fields.notify_not_drawn = false; }, "Does not")
      ->excludes(notify);
}

}  // namespace

void add_campaign_fields(CLI::App& command, CampaignFields& fields, bool required) {
  command.add_option("SLUG", fields.slug, "The campaign's name in addresses: a-z, 0-9 and -")
      ->required();
  auto* name = command.add_option("--name", fields.name, "The name that people read");
  auto* email = command.add_option("--admin-email", fields.admin_email, "Who is mailed the result");
  if (required) {
    name->required();
    email->required();
  }
  command.add_option("--description", fields.description, "A sentence or two");
  command.add_option("--winners", fields.winners, "How many win (1)")->check(whole_number(1, 1000));
  command.add_option("--alternates", fields.alternates, "How many are drawn after them (0)")
      ->check(whole_number(0, 1000));
  command.add_option("--opens-at", fields.opens_at,
                     "A time, as \"2026-12-01 10:00\" in its zone or with an offset, or \"null\": "
                     "from the start");
  command.add_option("--closes-at", fields.closes_at,
                     "A time, in the same forms, or \"null\": until it is finished");
  command.add_option("--locale", fields.locale,
                     locale_choices() + (required ? " (campaigns.locale)" : ""));
  command.add_option(
      "--time-zone", fields.time_zone,
      std::string("IANA name, as Europe/Madrid") + (required ? " (campaigns.time_zone)" : ""));
  command.add_option("--verification", fields.verification, "link or confirm (link)");
  command.add_option("--duplicates", fields.duplicates, "reject or conceal (reject)");
  command.add_option("--aliases", fields.aliases,
                     "distinct or merge: do name+tag@ and, at Gmail, na.me@ count as name@? Fixed "
                     "once open (distinct)");
  command.add_option("--token-ttl", fields.token_ttl, "How long mailed links work, as 48h (2d)");
  command.add_option("--templates", fields.templates_file,
                     required ? "JSON file with the campaign's own mails"
                              : "JSON file with the mails that change; null in it takes away");
  add_draw_fields(command, fields);
}

OrderedJson to_json(const CampaignFields& fields) {
  OrderedJson json = OrderedJson::object();
  const auto put = [&](const char* name, const auto& value) {
    if (value) json[name] = *value;
  };
  const auto put_or_null = [&](const char* name, const std::optional<std::string>& value) {
    if (value) json[name] = *value == kNull ? OrderedJson(nullptr) : OrderedJson(*value);
  };
  put("name", fields.name);
  put("description", fields.description);
  put("admin_email", fields.admin_email);
  put("locale", fields.locale);
  put("time_zone", fields.time_zone);
  put_or_null("opens_at", fields.opens_at);
  put_or_null("closes_at", fields.closes_at);
  put("winners", fields.winners);
  put("alternates", fields.alternates);
  put("verification", fields.verification);
  put("duplicates", fields.duplicates);
  put("aliases", fields.aliases);
  put("token_ttl", fields.token_ttl);
  if (fields.beacon || fields.beacon_source || fields.beacon_chain) {
    json["beacon"] = beacon_json(fields);
  }
  put("draw_delay", fields.draw_delay);
  put_or_null("claim_within", fields.claim_within);
  if (!fields.witnesses.empty()) json["witnesses"] = list_json(fields.witnesses);
  if (!fields.exclusions.empty()) json["exclusions"] = list_json(fields.exclusions);
  put("notify_not_drawn", fields.notify_not_drawn);
  if (fields.templates_file) json["templates"] = read_templates(*fields.templates_file);
  return json;
}

}  // namespace promotions
