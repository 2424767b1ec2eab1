// Sign-ups of campaigns that say what they ask: fields, consents and an age.
#include "manager/office.h"
#include "promotions/domain/consent.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

EntryField consent(const std::string& text) {
  return {.name = "news", .type = FieldType::consent, .label = {}, .text = {text}};
}

const std::vector<EntryField> kFields{
    {.name = "full_name", .type = FieldType::text, .label = {"Name"}, .is_required = true},
    {.name = "people", .type = FieldType::number, .label = {"People"}, .min = 1.0, .max = 5.0},
    {.name = "size",
     .type = FieldType::select,
     .label = {"Size"},
     .choices = {{"s", {"Small"}}, {"l", {"Large"}}}},
    consent("Send me news")};

// "data.people out_of_range" each, in order.
std::vector<std::string> errors_of(const SignUpResult& result) {
  std::vector<std::string> errors;
  for (const FieldError& error : result.errors) {
    errors.push_back(std::string(error.field).append(" ").append(error.code));
  }
  return errors;
}

using Errors = std::vector<std::string>;

struct FieldOffice : Office {
  using Office::Office;

  CampaignPtr ask(const std::vector<EntryField>& fields, int minimum_age = 0) {
    return create("autumn", [&](CampaignSettings& settings) {
      settings.fields = fields;
      settings.minimum_age = minimum_age;
    });
  }
  void change(const std::vector<EntryField>& fields) {
    const auto result = campaigns->update(kOwner, "autumn", [&](CampaignSettings& settings) {
      settings.fields = fields;
      return true;
    });
    REQUIRE(result == UpdateOutcome::updated);
  }
  SignUpResult give(const Json& data, SignUp sign_up = {}) {
    sign_up.campaign = "autumn";
    if (sign_up.email.empty()) sign_up.email = "ana@example.org";
    sign_up.data = data;
    return testing::add_subscriber(*sign_ups, sign_up);
  }
  Consents consents() { return subscriber("ana@example.org").consents; }
  std::map<Hash, std::string> texts() {
    const std::int64_t id = campaigns->find("autumn")->id;
    return storage->read([&](const Stores& stores) { return stores.consents.texts(id); });
  }
};

}  // namespace

TEST_CASE("fields: what is stored has their types, from JSON and from a form alike", "[manager]") {
  for (const DataForm form : {DataForm::json, DataForm::form}) {
    FieldOffice office;
    office.ask(kFields);
    const Json given =
        form == DataForm::json
            ? Json{{"full_name", " Ana "}, {"people", 2}, {"size", "l"}, {"news", true}}
            : Json{{"full_name", " Ana "}, {"people", "2"}, {"size", "l"}, {"news", "on"}};
    CHECK(office.give(given, {.form = form}).outcome == SignUpOutcome::accepted);
    CHECK(Json::parse(office.subscriber("ana@example.org").data) ==
          Json{{"full_name", "Ana"}, {"people", 2}, {"size", "l"}, {"news", true}});
  }
}

TEST_CASE("fields: all that is wrong is told at once, in the order of the form", "[manager]") {
  FieldOffice office;
  office.ask(kFields, 18);
  const SignUpResult result = office.give(
      {{"people", 6}, {"size", "m"}, {"news", "yes"}, {"more", 1}}, {.email = "nonsense"});
  CHECK(result.outcome == SignUpOutcome::invalid_fields);
  CHECK(errors_of(result) == Errors{"email invalid_email", "data.full_name required",
                                    "data.people out_of_range", "data.size not_a_choice",
                                    "data.news wrong_type", "data.more unknown_field",
                                    "age_confirmed required"});
  CHECK(result.campaign == office->find("autumn"));
  CHECK(office.verification_mails() == 0);
}

TEST_CASE("fields: a mistake does not count against the limit of a client", "[manager]") {
  FieldOffice office(SignUpOptions{.sign_ups_per_minute = 1});
  office.ask(kFields);
  const Principal client{.kind = Principal::Kind::participant, .network = "192.0.2.1"};
  for (int i = 0; i < 3; ++i) {
    CHECK(office.give({}, {.who = client}).outcome == SignUpOutcome::invalid_fields);
  }
  const Json right{{"full_name", "Ana"}};
  CHECK(office.give(right, {.who = client}).outcome == SignUpOutcome::accepted);
}

TEST_CASE("fields: a campaign that takes nobody says that, whatever is filled in", "[manager]") {
  FieldOffice office;
  const CampaignPtr campaign = office.ask(kFields, 18);
  office.storage->write(
      [&](Stores& stores) { stores.campaigns.set_finishing(campaign->id, office.clock.now()); });
  CHECK(office.give({}).outcome == SignUpOutcome::over);
}

TEST_CASE("fields: without them data is free, as far as it is small and flat", "[manager]") {
  FieldOffice office;
  office.create();
  CHECK(errors_of(office.give({{"a", {{"b", 1}}}, {"c", {1, {2}}}, {"d", nullptr}})) ==
        Errors{"data.a wrong_type", "data.c wrong_type", "data.d wrong_type"});
  CHECK(errors_of(office.give({{"a", std::string(4096, 'x')}})) == Errors{"data out_of_range"});
  CHECK(office.give({{"a", std::string(4000, 'x')}, {"b", {1, "2", true}}}).outcome ==
        SignUpOutcome::accepted);
}

TEST_CASE("fields: their own bounds hold for long texts, and no other one", "[manager]") {
  FieldOffice office;
  office.ask(
      {{.name = "story", .type = FieldType::long_text, .label = {"Story"}, .max_length = 4000}});
  std::string story;
  for (int i = 0; i < 4000; ++i) story += "ñ";
  CHECK(errors_of(office.give({{"story", story + "x"}})) == Errors{"data.story too_long"});
  CHECK(office.give({{"story", story}}).outcome == SignUpOutcome::accepted);
}

TEST_CASE("age: has to be confirmed where the campaign has a least age, and only there",
          "[manager]") {
  FieldOffice office;
  office.create("autumn", [](CampaignSettings& settings) { settings.minimum_age = 18; });
  const auto give = [&](Json answer, DataForm form = DataForm::json) {
    return office.give(Json::object(), {.form = form, .age_confirmed = std::move(answer)});
  };
  CHECK(errors_of(give(nullptr)) == Errors{"age_confirmed required"});
  CHECK(errors_of(give(false)) == Errors{"age_confirmed required"});
  CHECK(give(nullptr).errors[0].detail.find("18 years") != std::string::npos);
  for (const Json& odd : {Json("true"), Json(1), Json::array({true})}) {
    CHECK(errors_of(give(odd)) == Errors{"age_confirmed wrong_type"});
  }
  for (const char* no : {"", "false", "off", "0", "no"}) {
    CHECK(errors_of(give(no, DataForm::form)) == Errors{"age_confirmed required"});
  }
  CHECK(errors_of(give("perhaps", DataForm::form)) == Errors{"age_confirmed wrong_type"});
  for (const char* yes : {"true", "on", "1", "yes"}) {
    CHECK(give(yes, DataForm::form).errors.empty());
  }
  CHECK(give(true).outcome == SignUpOutcome::already_registered);
  CHECK(office.subscriber("ana@example.org").data == "{}");  // nothing is kept of it
}

TEST_CASE("consents: a sign-up keeps which text was shown, when and in which language",
          "[manager]") {
  FieldOffice office;
  office.ask({{.name = "news",
               .type = FieldType::consent,
               .label = {},
               .text = {"", {{"en", "Send me news"}, {"es", "Quiero novedades"}}}}});
  const Time now = office.clock.now();
  CHECK(office.texts() ==
        std::map<Hash, std::string>{{sha256("Send me news"), "Send me news"},
                                    {sha256("Quiero novedades"), "Quiero novedades"}});
  office.give({{"news", true}}, {.locale = "en"});
  CHECK(office.consents() == Consents{{"news", sha256("Send me news"), "en", now}});
  office.give({{"news", true}}, {.email = "eva@example.org"});
  CHECK(office.subscriber("eva@example.org").consents ==
        Consents{{"news", sha256("Quiero novedades"), "es", now}});  // the campaign's language
  office.give({{"news", false}}, {.email = "ben@example.org"});
  CHECK(office.subscriber("ben@example.org").consents.empty());
}

TEST_CASE("consents: another text is another version, and alters no former one", "[manager]") {
  FieldOffice office;
  office.ask({consent("Version 1")});
  office.give({{"news", true}});
  const Consents before = office.consents();
  office.change({consent("Version 2")});
  CHECK(office.consents() == before);
  CHECK(office.texts().size() == 2);
  CHECK(office.texts().at(before[0].text) == "Version 1");
  office.change({consent("Version 1")});
  office.change({});
  CHECK(office.texts().size() == 2);
  const auto list = office.sign_ups->subscribers("autumn", {}).value();
  CHECK(list.consent_texts.at(list.subscribers.at(0).consents.at(0).text) == "Version 1");
}

TEST_CASE("consents: agreeing to another text says something new, with a link of its own",
          "[manager]") {
  FieldOffice office;
  office.ask({consent("Version 1")});
  const Json yes{{"news", true}};
  REQUIRE(office.give(yes).outcome == SignUpOutcome::accepted);
  const Time first = office.clock.now();
  CHECK(office.give(yes).mail == RepeatMail::waiting);
  office.change({consent("Version 2")});
  office.clock.advance(std::chrono::minutes(1));
  const Time second = office.clock.now();
  CHECK(office.give(yes).mail == RepeatMail::sent);
  CHECK(office.give(yes).mail == RepeatMail::waiting);
  const std::int64_t variant = office.jobs(job_kinds::kVerification).back().argument;
  REQUIRE(variant != 0);
  CHECK(office.consents() == Consents{{"news", sha256("Version 1"), "es", first}});

  const std::string token = office.token(office.subscriber("ana@example.org"), variant);
  REQUIRE(testing::verify_subscriber(*office.sign_ups, token).outcome == VerifyOutcome::verified);
  CHECK(office.consents() == Consents{{"news", sha256("Version 2"), "es", second}});
}

TEST_CASE("consents: go with the subscriber, and the texts with the campaign", "[manager]") {
  FieldOffice office;
  const CampaignPtr campaign = office.ask({consent("Send me news")});
  office.give({{"news", true}});
  const Subscriber ana = office.subscriber("ana@example.org");
  testing::verify_subscriber(*office.sign_ups, office.token(ana));
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.complete_finish(campaign->id);
  office.sign_ups->erase_subscriber(kOwner, "autumn", ana.id);
  const auto left =
      office.storage->read([&](const Stores& stores) { return stores.subscribers.find(ana.id); });
  CHECK(left.value().consents.empty());
  CHECK(office.texts().size() == 1);
  office->remove(kOwner, "autumn");
  CHECK(office.storage
            ->read([&](const Stores& stores) { return stores.consents.texts(campaign->id); })
            .empty());
}
