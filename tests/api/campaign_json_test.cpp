// The draw's settings of a campaign as JSON, in and out.
#include "api/campaign_json.h"

#include <algorithm>

#include "support/catch.h"
#include "support/samples.h"

using namespace promotions;

namespace {

Json new_campaign(const Json& fields) {
  Json body = {{"slug", "demo"}, {"name", "Demo"}, {"admin_email", "boss@example.org"}};
  body.update(fields);
  return body;
}

CampaignSettings settings_of(const Json& fields) {
  const auto parsed = parse_new_campaign(new_campaign(fields), {});
  if (const auto* problem = std::get_if<Problem>(&parsed)) FAIL(problem->detail);
  return std::get<NewCampaign>(parsed).settings;
}

// "field code", sorted; empty if nothing is wrong.
std::vector<std::string> errors_of(const Json& fields) {
  const auto parsed = parse_new_campaign(new_campaign(fields), {});
  std::vector<std::string> errors;
  if (const auto* problem = std::get_if<Problem>(&parsed)) {
    CHECK(problem->code == ProblemCode::invalid_field);
    for (const FieldError& error : problem->errors)
      errors.push_back(error.field + " " + error.code);
  }
  std::sort(errors.begin(), errors.end());
  return errors;
}

std::string detail_of(const Json& fields) {
  const auto parsed = parse_new_campaign(new_campaign(fields), {});
  const auto* problem = std::get_if<Problem>(&parsed);
  return problem == nullptr ? std::string() : problem->detail;
}

// After a PATCH of `body`.
CampaignSettings changed(CampaignSettings settings, const Json& body) {
  const auto parsed = parse_campaign_changes(body, settings);
  if (const auto* problem = std::get_if<Problem>(&parsed)) FAIL(problem->detail);
  CHECK_FALSE(apply(std::get<CampaignChanges>(parsed), settings));
  return settings;
}

OrderedJson shown(const CampaignSettings& settings, const Hash& commitment = {}) {
  Campaign campaign;
  campaign.slug = "demo";
  campaign.settings = settings;
  campaign.commitment = commitment;
  return to_json(CampaignView{std::make_shared<const Campaign>(campaign), CampaignState::open, {}});
}

using Errors = std::vector<std::string>;

Json addresses(std::size_t count) {
  Json list = Json::array();
  for (std::size_t i = 0; i < count; ++i) list.push_back("w" + std::to_string(i) + "@example.org");
  return list;
}

const std::string kChain(64, 'a');

}  // namespace

TEST_CASE("campaign: without a word on the draw it has the defaults, and shows them", "[api]") {
  const OrderedJson json = shown(settings_of(Json::object()));
  CHECK(json.at("beacon") == OrderedJson{{"kind", "none"}});
  CHECK(json.at("draw_delay") == "30s");
  CHECK(json.at("claim_within").is_null());
  CHECK(json.at("witnesses") == OrderedJson::array());
  CHECK(json.at("exclusions") == OrderedJson::array());
  CHECK(json.at("notify_not_drawn") == false);
}

TEST_CASE("campaign: the draw's settings are read, and shown in their normal form", "[api]") {
  const OrderedJson json =
      shown(settings_of({{"beacon", {{"kind", "drand"}, {"chain", kChain}}},
                         {"draw_delay", "3600s"},
                         {"claim_within", "168h"},
                         {"witnesses", {"Notary@EXAMPLE.org", "press@example.net"}},
                         {"exclusions", {"@Example.COM", "Ana@Example.org", "example.com"}},
                         {"notify_not_drawn", true}}));
  CHECK(json.at("beacon") == OrderedJson{{"kind", "drand"}, {"chain", kChain}});
  CHECK(json.at("draw_delay") == "1h");
  CHECK(json.at("claim_within") == "7d");
  CHECK(json.at("witnesses") == OrderedJson{"Notary@example.org", "press@example.net"});
  CHECK(json.at("exclusions") == OrderedJson{"example.com", "ana@example.org"});
  CHECK(json.at("notify_not_drawn") == true);
}

TEST_CASE("campaign: what is shown of its settings can be sent back and changes nothing", "[api]") {
  const auto settings = settings_of({{"beacon",
                                      {{"kind", "public"},
                                       {"source", "the lottery"},
                                       {"format", "99 999"},
                                       {"known_from", "2999-12-24T09:00:00Z"}}},
                                     {"draw_delay", "1500ms"},
                                     {"claim_within", "3d"},
                                     {"witnesses", {"notary@example.org"}},
                                     {"exclusions", {"example.com"}},
                                     {"notify_not_drawn", true}});
  Json body = Json::parse(shown(settings).dump());
  for (const char* read_only :
       {"slug", "state", "subscribers", "commitment", "created_at", "finished_at"}) {
    CHECK(body.erase(read_only) == 1);
  }
  CHECK(changed(sample_settings(), body) == settings);
}

TEST_CASE("campaign: a change leaves alone what it does not name", "[api]") {
  const auto settings = settings_of({{"beacon", {{"kind", "drand"}}},
                                     {"draw_delay", "1m"},
                                     {"claim_within", "3d"},
                                     {"witnesses", {"notary@example.org"}},
                                     {"exclusions", {"example.com"}},
                                     {"notify_not_drawn", true}});
  CHECK(changed(settings, Json::object()) == settings);
  auto expected = settings;
  expected.claim_within.reset();
  expected.witnesses.clear();
  CHECK(changed(settings, {{"claim_within", nullptr}, {"witnesses", Json::array()}}) == expected);
}

TEST_CASE("campaign: a change is applied to what is stored, not to what it was read with",
          "[api]") {
  const auto before = settings_of({{"opens_at", "2026-11-24T00:00:00Z"}});
  const auto changes = std::get<CampaignChanges>(
      parse_campaign_changes({{"closes_at", "2026-11-26T00:00:00Z"}}, before));
  auto stored = before;
  stored.name = "changed meanwhile";
  stored.opens_at = *before.opens_at + std::chrono::hours(24);
  REQUIRE_FALSE(apply(changes, stored));
  CHECK(stored.name == "changed meanwhile");
  CHECK(stored.closes_at == *before.opens_at + std::chrono::hours(48));
  stored.opens_at = *before.opens_at + std::chrono::hours(48);
  CHECK(apply(changes, stored).value().detail == "closes_at must be after opens_at");
}

TEST_CASE("campaign: durations are taken within their bounds", "[api]") {
  for (const char* inside : {"0s", "1ms", "7d"}) {
    CHECK(errors_of({{"draw_delay", inside}}).empty());
  }
  for (const char* outside : {"8d", "604800001ms", "-1s", "30", ""}) {
    CHECK(errors_of({{"draw_delay", outside}}) == Errors{"draw_delay out_of_range"});
  }
  for (const char* inside : {"1m", "365d"}) {
    CHECK(errors_of({{"claim_within", inside}}).empty());
  }
  for (const char* outside : {"59999ms", "366d", "0s", "null"}) {
    CHECK(errors_of({{"claim_within", outside}}) == Errors{"claim_within out_of_range"});
  }
  CHECK(errors_of({{"draw_delay", nullptr}, {"claim_within", 60}}) ==
        Errors{"claim_within wrong_type", "draw_delay wrong_type"});
  CHECK(detail_of({{"claim_within", "1s"}}) ==
        "claim_within must be a duration of 1m to 365d, as 7d, or null");
}

TEST_CASE("campaign: what is wrong with a beacon is named by its field", "[api]") {
  CHECK(errors_of({{"beacon", "none"}}) == Errors{"beacon invalid"});
  CHECK(errors_of({{"beacon", nullptr}}) == Errors{"beacon invalid"});
  CHECK(errors_of({{"beacon", Json::object()}}) == Errors{"beacon.kind invalid"});
  CHECK(errors_of({{"beacon", {{"kind", "dice"}}}}) == Errors{"beacon.kind invalid"});
  CHECK(errors_of({{"beacon", {{"kind", "public"}}}}) == Errors{"beacon.source invalid"});
  Json lottery = {{"kind", "public"}, {"source", "the lottery"}, {"format", "9999"}};
  CHECK(errors_of({{"beacon", lottery}}) == Errors{"beacon.format invalid"});
  CHECK(detail_of({{"beacon", lottery}}) ==
        "beacon.format leaves too few outcomes; expected at least five of 9 (a digit) and A (a"
        " capital letter)");
  lottery["format"] = "99999";
  CHECK(detail_of({{"beacon", lottery}}) == "beacon.known_from is missing");
  lottery["known_from"] = "at noon";
  CHECK(
      detail_of({{"beacon", lottery}}) ==
      R"(beacon.known_from is wrong: expected a time such as 2026-12-22T09:00:00Z, found "at noon")");
  CHECK(errors_of({{"beacon", {{"kind", "none"}, {"chain", kChain}}}}) ==
        Errors{"beacon.chain invalid"});
  // The seal fixes the round, nobody else.
  CHECK(errors_of({{"beacon", {{"kind", "drand"}, {"round", 7}}}}) ==
        Errors{"beacon.round invalid"});
  CHECK(detail_of({{"beacon", {{"kind", "dice"}}}}) ==
        R"(beacon.kind is wrong: expected "none", "drand" or "public", found "dice")");
  CHECK(detail_of({{"beacon", {{"kind", "public"}}}}) == "beacon.source is missing");
}

TEST_CASE("campaign: every wrong element of a list is named", "[api]") {
  CHECK(errors_of({{"witnesses", {"a@example.org", "nobody", 7, "A@example.org"}}}) ==
        Errors{"witnesses[1] invalid", "witnesses[2] wrong_type", "witnesses[3] duplicate"});
  CHECK(errors_of({{"exclusions", {"example.org", "nobody", nullptr, "", "@", "a@b@c.example"}}}) ==
        Errors{"exclusions[1] invalid", "exclusions[2] wrong_type", "exclusions[3] invalid",
               "exclusions[4] invalid", "exclusions[5] invalid"});
  CHECK(errors_of({{"witnesses", "a@example.org"}, {"exclusions", nullptr}}) ==
        Errors{"exclusions wrong_type", "witnesses wrong_type"});
}

TEST_CASE("campaign: lists end at their limits", "[api]") {
  CHECK(settings_of({{"witnesses", addresses(100)}}).witnesses.size() == 100);
  CHECK(errors_of({{"witnesses", addresses(101)}}) == Errors{"witnesses out_of_range"});
  CHECK(settings_of({{"exclusions", addresses(1000)}}).exclusions.size() == 1000);
  CHECK(errors_of({{"exclusions", addresses(1001)}}) == Errors{"exclusions out_of_range"});
}

TEST_CASE("campaign: a flag is true or false and nothing like it", "[api]") {
  for (const Json& wrong : {Json(1), Json("true"), Json(nullptr)}) {
    CHECK(errors_of({{"notify_not_drawn", wrong}}) == Errors{"notify_not_drawn wrong_type"});
  }
}

TEST_CASE("campaign: its commitment is shown and cannot be set", "[api]") {
  Hash commitment{};
  commitment.fill(0xAB);
  std::string hex;
  for (int i = 0; i < 32; ++i) hex += "ab";
  CHECK(shown(sample_settings(), commitment).at("commitment") == hex);
  CHECK(shown(sample_settings()).at("commitment").is_null());  // not made yet
  CHECK(errors_of({{"commitment", hex}}) == Errors{"commitment read_only"});
}

TEST_CASE("campaign: a local time is of its zone, the new one if both change", "[api]") {
  const auto settings = settings_of({{"time_zone", "Europe/Madrid"},
                                     {"opens_at", "2026-12-01 10:00"},
                                     {"closes_at", "2026-12-24T18:00:00Z"}});
  CHECK(shown(settings).at("opens_at") == "2026-12-01T09:00:00Z");
  CHECK(shown(settings).at("closes_at") == "2026-12-24T18:00:00Z");
  const auto change = [&](const Json& changes) { return shown(changed(settings, changes)); };
  CHECK(change({{"opens_at", "2026-12-02T10:00"}}).at("opens_at") == "2026-12-02T09:00:00Z");
  CHECK(
      change({{"opens_at", "2026-12-02 10:00"}, {"time_zone", "America/Bogota"}}).at("opens_at") ==
      "2026-12-02T15:00:00Z");
  // What is stored is an instant, and stays.
  CHECK(change({{"time_zone", "America/Bogota"}}).at("opens_at") == "2026-12-01T09:00:00Z");
}

TEST_CASE("campaign: a time that cannot be meant is refused with what can", "[api]") {
  const std::string madrid = "Europe/Madrid";
  CHECK(errors_of({{"time_zone", madrid}, {"opens_at", "2027-03-28 02:30"}}) ==
        Errors{"opens_at skipped_time"});
  CHECK(detail_of({{"time_zone", madrid}, {"closes_at", "2026-10-25 02:30"}}) ==
        "closes_at comes twice: the clock in Europe/Madrid goes back over it; write "
        "2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00, whichever is meant");
  CHECK(errors_of({{"opens_at", "9999-12-31T23:59:59-23:59"}}) == Errors{"opens_at out_of_range"});
  CHECK(errors_of({{"opens_at", "1969-12-31T23:59:59Z"}}) == Errors{"opens_at out_of_range"});
  CHECK(errors_of({{"opens_at", "tomorrow"}}) == Errors{"opens_at invalid"});
  CHECK(errors_of({{"time_zone", "localtime"}}) == Errors{"time_zone out_of_range"});
  for (const char* name : {"", " ", "\u200B", "\u3000", "a\nb", "\u202Egpj", "a\u2028b"}) {
    CHECK(errors_of({{"name", name}}) == Errors{"name out_of_range"});
  }
  CHECK(errors_of({{"templates", {{"winner", {{"subject", "a\nb"}}}}}}) ==
        Errors{"templates.winner.subject invalid"});
}

TEST_CASE("campaign: a template that names what its mail has not is refused", "[api]") {
  const auto with = [](const char* kind, const char* part, const char* source) {
    return Json{{"templates", {{kind, {{part, source}}}}}};
  };
  CHECK(errors_of(with("verification", "html", "{{data.dir.ciudad}}")) ==
        Errors{"templates.verification.html unknown_name"});
  CHECK(errors_of(with("verification", "text", "{{ticket}}")) ==
        Errors{"templates.verification.text unknown_name"});
  CHECK(errors_of(with("winner", "subject", " \u200B\n")) ==
        Errors{"templates.winner.subject empty"});
  CHECK(errors_of(with("winner", "text", "{{#ticket}}")) ==
        Errors{"templates.winner.text invalid"});
  CHECK(errors_of(with("winner", "text", "{{ticket}} {{data.dir}} {{campaign.name}}")).empty());
  CHECK(detail_of(with("not_drawn", "text", "a\n{{nombre}}")) ==
        "templates.not_drawn.text line 2: this mail has no \"nombre\" (it has campaign.name, "
        "campaign.slug, campaign.description, campaign.admin_email, campaign.organizer, "
        "campaign.contact_email, campaign.rules_link, campaign.privacy_link, email, data.NAME, "
        "ticket, draw_link)");
}

TEST_CASE("campaign: the name of its sender is one line, or none", "[api]") {
  for (const std::string& good :
       {std::string(), std::string("AMPA \"Los Olmos\", Vélez <3"), std::string(200, 'n')}) {
    CAPTURE(good);
    CHECK(shown(settings_of({{"from_name", good}})).at("from_name") == good);
  }
  for (const std::string& bad :
       {std::string("a\r\nBcc: b@example.org"), std::string("a\nb"), std::string("a\tb"),
        std::string("a\0b", 3), std::string("a\x7F"), std::string("a\u2028b"),
        std::string("\u202Egpj"), std::string(" "), std::string("\u200B"), std::string(201, 'n')}) {
    CAPTURE(bad);
    CHECK(errors_of({{"from_name", bad}}) == Errors{"from_name out_of_range"});
  }
  CHECK(errors_of({{"from_name", nullptr}}) == Errors{"from_name wrong_type"});
  CHECK(shown(changed(settings_of({{"from_name", "AMPA"}}), {{"from_name", ""}})).at("from_name") ==
        "");
}

TEST_CASE("campaign: what it promises goes in and comes out, and a PATCH follows prizes", "[api]") {
  const Json promises{{"organizer", "AMPA"},
                      {"contact_email", "ampa@example.org"},
                      {"rules", "1. Bases\n"},
                      {"privacy_url", "https://example.org/privacy"},
                      {"minimum_age", 18},
                      {"prizes", {{{"name", {{"es", "Cesta"}}}, {"count", 3}, {"value", "80 €"}}}}};
  const auto settings = settings_of(promises);
  const Json json = Json::parse(shown(settings).dump());
  for (const auto& [name, value] : promises.items()) CHECK(json.at(name) == value);
  CHECK(json.at("winners") == 3);
  const auto more = changed(settings, {{"prizes", {{{"name", "Taza"}, {"count", 5}}}}});
  CHECK(shown(more).at("winners") == 5);
  auto stored = settings;
  const auto changes =
      std::get<CampaignChanges>(parse_campaign_changes({{"winners", 4}}, settings));
  const auto problem = apply(changes, stored);
  REQUIRE(problem);
  CHECK(problem->code == ProblemCode::invalid_field);
  CHECK(problem->errors.size() == 2);
  CHECK(problem->errors.at(0).field == "winners");
  CHECK(problem->errors.at(1).field == "prizes");
}

TEST_CASE("campaign: addresses are read as they were pasted", "[api]") {
  const auto settings =
      settings_of({{"admin_email", " boss@example.org\u200B"},
                   {"witnesses", {"\u00A0notary@example.org "}},
                   {"exclusions", {" @example.com ", "e\u00ADva@example.org\t"}}});
  CHECK(settings.admin_email == "boss@example.org");
  CHECK(settings.witnesses == std::vector<std::string>{"notary@example.org"});
  CHECK(settings.exclusions == std::vector<std::string>{"example.com", "eva@example.org"});
}

TEST_CASE("templates: a change names kinds and parts, and leaves the others", "[api]") {
  const CampaignSettings settings =
      settings_of({{"templates",
                    {{"verification", {{"subject", "Hi"}, {"text", "{{link}}"}}},
                     {"winner", {{"text", "Won"}}}}}});
  const auto after = [&](const Json& templates) {
    return shown(changed(settings, {{"templates", templates}})).at("templates");
  };
  const OrderedJson before = shown(settings).at("templates");
  CHECK(after(Json::object()) == before);
  CHECK(after({{"verification", Json::object()}}) == before);
  CHECK(after({{"receipt", nullptr}}) == before);
  CHECK(after({{"winner", {{"html", nullptr}}}}) == before);
  CHECK(after({{"verification", {{"subject", "Hello"}}}}) ==
        OrderedJson{{"verification", {{"subject", "Hello"}, {"text", "{{link}}"}}},
                    {"winner", {{"text", "Won"}}}});
  CHECK(after({{"verification", {{"subject", nullptr}}}, {"receipt", {{"html", "<p>"}}}}) ==
        OrderedJson{{"receipt", {{"html", "<p>"}}},
                    {"verification", {{"text", "{{link}}"}}},
                    {"winner", {{"text", "Won"}}}});
  CHECK(after({{"winner", {{"text", nullptr}}}}) ==
        OrderedJson{{"verification", {{"subject", "Hi"}, {"text", "{{link}}"}}}});
  CHECK(after({{"winner", nullptr}}) ==
        OrderedJson{{"verification", {{"subject", "Hi"}, {"text", "{{link}}"}}}});
  CHECK(after(nullptr) == OrderedJson::object());
  CHECK(shown(settings_of({{"templates", nullptr}})).at("templates") == OrderedJson::object());
}

TEST_CASE("templates: of two changes that were read at the same moment both hold", "[api]") {
  CampaignSettings stored = settings_of({{"templates", {{"winner", {{"text", "Won"}}}}}});
  std::vector<CampaignChanges> changes;
  for (const Json& templates :
       {Json{{"verification", {{"subject", "Hi"}}}}, Json{{"verification", {{"text", "{{link}}"}}}},
        Json{{"receipt", {{"subject", "In"}}}}, Json{{"winner", nullptr}}}) {
    changes.push_back(
        std::get<CampaignChanges>(parse_campaign_changes({{"templates", templates}}, stored)));
  }
  for (const CampaignChanges& change : changes) CHECK_FALSE(apply(change, stored));
  CHECK(shown(stored).at("templates") ==
        OrderedJson{{"receipt", {{"subject", "In"}}},
                    {"verification", {{"subject", "Hi"}, {"text", "{{link}}"}}}});
}

TEST_CASE("templates: what is neither a text nor null is named by its place", "[api]") {
  CHECK(errors_of({{"templates", "x"}}) == Errors{"templates wrong_type"});
  CHECK(errors_of({{"templates", {{"winner", 1}}}}) == Errors{"templates.winner wrong_type"});
  CHECK(errors_of({{"templates", {{"winner", {{"text", 1}, {"title", nullptr}}}}}}) ==
        Errors{"templates.winner.text wrong_type", "templates.winner.title unknown_field"});
  CHECK(errors_of({{"templates", {{"winners", nullptr}}}}) ==
        Errors{"templates.winners unknown_field"});
}
