// The part of SignUps that refuses what can be refused without the database. Each way in, form, API
// and command, leads here, so that the same is asked of everybody.
#include <algorithm>
#include <iterator>

#include "manager/examined_sign_up.h"
#include "promotions/domain/email_address.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxData = 4096;  // bytes of free `data` as JSON

void add(FieldErrors& errors, FieldErrors more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

bool is_scalar(const Json& value) {
  return value.is_string() || value.is_number() || value.is_boolean();
}

// Returns the data as it is stored, where a campaign does not say which fields it has.
std::string free_data(const Json& given, FieldErrors& errors) {
  for (const auto& [name, value] : given.items()) {
    const bool is_list = value.is_array() && std::all_of(value.begin(), value.end(), is_scalar);
    if (!is_list && !is_scalar(value)) {
      errors.push_back({"data." + name, "wrong_type",
                        "must be a string, a number, a boolean or a list of these"});
    }
  }
  std::string text = given.dump();
  if (text.size() > kMaxData) {
    errors.push_back({"data", "out_of_range", "must be at most 4096 bytes as JSON"});
  }
  return text;
}

// Reads data and consents by the fields of the campaign, whose own bounds hold then. The texts that
// were shown are those of the settings in memory, which are stored already.
void read_by_fields(const Campaign& campaign, const SignUp& sign_up, Subscriber& subscriber,
                    FieldErrors& errors) {
  const std::vector<EntryField>& fields = campaign.settings.fields.value();
  Json data;
  add(errors, read_entry_data(fields, sign_up.data, sign_up.form, data));
  subscriber.data = data.dump();
  const Locale own = Locale::of(campaign.settings.locale);
  const Locale reader = sign_up.locale.empty() ? own : Locale::of(sign_up.locale);
  subscriber.consents = consents_in(fields, data, reader, own, subscriber.created_at);
}

// Whoever signs up says that they are old enough, and the date of birth is nobody's business. The
// answer is read like a box of the form that has to be ticked.
void check_age(const CampaignSettings& settings, const SignUp& sign_up, FieldErrors& errors) {
  static constexpr char kName[] = "age_confirmed";
  if (settings.minimum_age == 0) return;
  const std::vector<EntryField> asked{
      {.name = kName, .type = FieldType::checkbox, .label = {}, .is_required = true}};
  Json given = Json::object();
  if (!sign_up.age_confirmed.is_null()) given[kName] = sign_up.age_confirmed;
  Json answer;
  for (FieldError& error : read_entry_data(asked, given, sign_up.form, answer)) {
    errors.push_back({kName, std::move(error.code),
                      "must be true: only those of " + std::to_string(settings.minimum_age) +
                          " years or more can enter"});
  }
}

SignUpResult refused(SignUpOutcome outcome, const CampaignPtr& campaign) {
  return {.outcome = outcome, .campaign = campaign};
}

// Tells all that is wrong at once, the address first, as in the form. If it is only the address,
// that has an outcome of its own.
SignUpResult refuse_fields(const CampaignPtr& campaign, bool is_email_right, FieldErrors errors) {
  const bool is_about_email = std::any_of(
      errors.begin(), errors.end(), [](const FieldError& error) { return error.field == "email"; });
  if (!is_email_right && !is_about_email) {
    errors.insert(errors.begin(),
                  {"email", "invalid_email", "must be an address such as name@example.org"});
  }
  SignUpResult result = refused(SignUpOutcome::invalid_fields, campaign);
  result.errors = std::move(errors);
  return result;
}

}  // namespace

std::variant<SignUpResult, SignUps::Examined> SignUps::examine(const SignUp& sign_up) const {
  CampaignPtr campaign = campaigns_.find(sign_up.campaign);
  const auto email = EmailAddress::parse(sign_up.email);
  Subscriber subscriber;
  subscriber.created_at = clock_.now();
  const Time now = subscriber.created_at;
  const bool is_open = campaign && campaign->state_at(now) == CampaignState::open;
  FieldErrors errors = sign_up.errors;
  if (!campaign || !campaign->settings.fields) {
    subscriber.data = free_data(sign_up.data, errors);
  } else if (is_open) {  // what a campaign asks does not matter while it takes nobody
    read_by_fields(*campaign, sign_up, subscriber, errors);
  }
  if (is_open) check_age(campaign->settings, sign_up, errors);
  if (!errors.empty()) return refuse_fields(campaign, email.has_value(), std::move(errors));
  if (!email) return refused(SignUpOutcome::invalid_email, campaign);
  if (!campaign) return refused(SignUpOutcome::no_such_campaign, nullptr);
  if (!is_open) {
    const bool will_open = campaign->state_at(now) == CampaignState::scheduled;
    return SignUpResult{will_open ? SignUpOutcome::not_yet : SignUpOutcome::over, campaign,
                        email->text()};
  }
  // Conceal campaigns refuse this openly, too: it does not tell whether the address is registered.
  std::string email_key = key_of(*email, campaign->settings.aliases);
  if (is_excluded_by(campaign->settings, email_key)) {
    return SignUpResult{SignUpOutcome::not_eligible, campaign, email->text()};
  }
  subscriber.campaign_id = campaign->id;
  subscriber.email = email->text();
  subscriber.email_key = std::move(email_key);
  subscriber.locale = sign_up.locale;
  return Examined{std::move(campaign), std::move(subscriber),
                  short_hash(flow_key_, sign_up.who.network)};
}

}  // namespace promotions
