#include "promotions/domain/campaign_options.h"

#include <algorithm>
#include <chrono>

#include "domain/option_forms.h"

namespace promotions {
namespace {

using namespace std::chrono_literals;

using Settings = CampaignSettings;

constexpr Millis kDay = 24h;
constexpr Millis kYear = 365 * kDay;
constexpr char kTimeZone[] = "time_zone";
constexpr char kPrizes[] = "prizes";
constexpr char kWinners[] = "winners";
constexpr int kMaxWinners = 1000;
constexpr std::size_t kMaxRules = std::size_t{64} << 10U;

template <typename T>
std::shared_ptr<const OptionValue> at(T Settings::*member, Form<T> form) {
  return std::make_shared<const MemberValue<T>>(member, std::move(form));
}

std::vector<CampaignOption> options_of_campaign() {
  return {
      {.name = "name",
       .value = at(&Settings::name, line_form(1, 200)),
       .help = "The name that people read",
       .fixed = Fixed::once_stopped,
       .is_term = true,
       .is_required = true},
      {.name = "description",
       .value = at(&Settings::description, text_form(4000)),
       .help = "A sentence or two",
       .fixed = Fixed::once_stopped,
       .is_term = true},
      {.name = "organizer",
       .value = at(&Settings::organizer, line_form(0, 500)),
       .help = "Who holds it, as people know them",
       .fixed = Fixed::once_stopped,
       .is_term = true},
      {.name = "contact_email",
       .value = at(&Settings::contact_email, optional_address_form()),
       .help = "Where participants can ask, in public",
       .fixed = Fixed::once_stopped,
       .is_term = true},
      {.name = "admin_email",
       .value = at(&Settings::admin_email, address_form()),
       .help = "Who is mailed the result",
       .is_required = true},
      {.name = "from_name",
       .value = at(&Settings::from_name, line_form(0, 200)),
       .help = "The name that its mails come from, beside the address of mail.from"},
      {.name = "locale",
       .value = at(&Settings::locale, locale_form()),
       .help = "The language of its mails and pages",
       .configured_by = "campaigns.locale"},
      {.name = kTimeZone,
       .value = at(&Settings::time_zone, time_zone_form()),
       .help = "The zone of its times",
       .configured_by = "campaigns.time_zone"},
      {.name = "opens_at",
       .value = at(&Settings::opens_at, time_form()),
       .help = "From when on people can sign up, else at once",
       .fixed = Fixed::once_stopped,
       .is_term = true},
      {.name = "closes_at",
       .value = at(&Settings::closes_at, time_form()),
       .help = "Until when people can sign up, else until it is finished",
       .fixed = Fixed::once_stopped,
       .is_term = true},
  };
}

// What the organiser promises, besides the name and the times; and how many win.
std::vector<CampaignOption> options_of_terms() {
  return {
      {.name = "rules",
       .value = at(&Settings::rules, text_file_form(kMaxRules)),
       .help = "The rules as text; an empty line ends a paragraph",
       .fixed = Fixed::once_stopped,
       .is_term = true},
      {.name = "rules_url",
       .value = at(&Settings::rules_url, optional_https_form()),
       .help = "Where the rules are, if not here",
       .fixed = Fixed::once_stopped,
       .is_term = true},
      {.name = "rules_sha256",
       .value = at(&Settings::rules_sha256, optional_sha256_form()),
       .help = "The SHA-256 of the document at rules_url",
       .fixed = Fixed::once_stopped,
       .is_term = true},
      {.name = "privacy_url",
       .value = at(&Settings::privacy_url, optional_https_form()),
       .help = "Where it says what becomes of personal data"},
      {.name = "minimum_age",
       .value = at(&Settings::minimum_age, count_form(0, 120)),
       .help = "How old participants must be, in years",
       .fixed = Fixed::once_stopped,
       .is_term = true},
      {.name = kPrizes,
       .value = at(&Settings::prizes, prizes_form(50, kMaxWinners)),
       .help = "What can be won",
       .fixed = Fixed::once_stopped,
       .is_term = true,
       .flag = "prize"},
      {.name = kWinners,
       .value = at(&Settings::winners, count_form(1, kMaxWinners)),
       .help = "How many win; as many as there are prizes, if they are listed",
       .fixed = Fixed::once_open_without_prizes},
      {.name = "alternates",
       .value = at(&Settings::alternates, count_form(0, 1000)),
       .help = "How many are drawn after them",
       .fixed = Fixed::once_open},
  };
}

std::vector<CampaignOption> options_of_entries() {
  return {
      {.name = "verification",
       .value = at(&Settings::verification,
                   choice_form<Verification>({Verification::link, Verification::confirm})),
       .help = "What verifies: opening the mailed link, or the button behind it"},
      {.name = "duplicates",
       .value = at(&Settings::duplicates,
                   choice_form<Duplicates>({Duplicates::reject, Duplicates::conceal})),
       .help = "Whether a known address is told so, or answered like a new one"},
      {.name = "aliases",
       .value = at(&Settings::aliases, choice_form<Aliases>({Aliases::distinct, Aliases::merge})),
       .help = "Whether name+tag@ and, at Gmail, na.me@ are entrants besides name@, or the same",
       .fixed = Fixed::once_open},
      {.name = "token_ttl",
       .value = at(&Settings::token_ttl, duration_form({1s, kYear, "48h"})),
       .help = "How long mailed links work"},
      {.name = "fields",
       .value = at(&Settings::fields, fields_form(20)),
       .help = "What its form asks besides the address; null: anything may come as data"},
      {.name = "captcha",
       .value = at(&Settings::captcha, choice_form<Captcha>({Captcha::off, Captcha::required})),
       .help = "Whether a sign-up must prove that a computer worked for it, against robots"},
      {.name = "reminder_after",
       .value = at(&Settings::reminder_after, optional_duration_form({1min, kYear, "24h"})),
       .help = "When who has not confirmed is mailed once more"},
  };
}

std::vector<CampaignOption> options_of_pages() {
  return {
      {.name = "accent",
       .value = at(&Settings::accent, accent_form()),
       .help = "The colour of buttons and links"},
      {.name = "listed",
       .value = at(&Settings::listed, flag_form()),
       .help = "Whether the front page shows it"},
      {.name = "success_url",
       .value = at(&Settings::success_url, optional_https_form()),
       .help = "Where the page behind the mailed link leads on"},
      {.name = "embed_origins",
       .value = at(&Settings::embed_origins, origins_form(20)),
       .help = "A web site that may show the form in a page of its own",
       .flag = "embed_origin"},
  };
}

std::vector<CampaignOption> options_of_draw() {
  return {
      {.name = "finish_at",
       .value = at(&Settings::finish_at, time_form()),
       .help = "When the finish starts by itself, if it does",
       .fixed = Fixed::once_stopped},
      {.name = "beacon",
       .value = at(&Settings::beacon, beacon_form()),
       .help = "Where the draw's outside randomness comes from",
       .fixed = Fixed::once_open},
      {.name = "draw_delay",
       .value = at(&Settings::draw_delay, duration_form({0s, 7 * kDay, "30s"})),
       .help = "From the seal to the round of drand, at least",
       .fixed = Fixed::once_open},
      {.name = "claim_within",
       .value = at(&Settings::claim_within, optional_duration_form({1min, kYear, "7d"})),
       .help = "How long a prize can be claimed, if it must be",
       .fixed = Fixed::once_stopped},
      {.name = "witnesses",
       .value = at(&Settings::witnesses, addresses_form(100)),
       .help = "An address that gets the seal",
       .fixed = Fixed::once_stopped,
       .flag = "witness"},
      {.name = "exclusions",
       .value = at(&Settings::exclusions, exclusions_form(1000)),
       .help = "An address or a domain that takes no part",
       .fixed = Fixed::once_stopped,
       .flag = "exclude"},
      {.name = "notify_not_drawn",
       .value = at(&Settings::notify_not_drawn, flag_form()),
       .help = "Whether those who were not drawn are mailed, too",
       .fixed = Fixed::once_stopped},
      {.name = "templates",
       .value = at(&Settings::templates, templates_form()),
       .help = "The campaign's own mails"},
  };
}

std::vector<CampaignOption> all_options() {
  std::vector<CampaignOption> options = options_of_campaign();
  for (auto* more : {options_of_terms, options_of_entries, options_of_pages, options_of_draw}) {
    for (CampaignOption& option : more()) options.push_back(std::move(option));
  }
  return options;
}

// The list of prizes says how many win, so the number need not be given beside it.
void follow_prizes(const Json& given, CampaignSettings& settings) {
  if (settings.prizes.empty() || !given.contains(kPrizes) || given.contains(kWinners)) return;
  settings.winners = static_cast<int>(count_together(settings.prizes));
}

void check_winners(const CampaignSettings& settings, FieldErrors& errors) {
  const std::int64_t prizes = count_together(settings.prizes);
  if (prizes == 0 || prizes == settings.winners) return;
  const std::string sum = std::to_string(prizes);
  const std::string winners = std::to_string(settings.winners);
  errors.push_back({kWinners, "out_of_range",
                    "must be " + sum + ", the sum of the counts of prizes, and not " + winners +
                        "; change prizes alone, and it follows"});
  errors.push_back({kPrizes, "out_of_range",
                    "must have counts that add up to winners, " + winners + ", and not to " + sum});
}

// The rules are a text here, or a document elsewhere whose hash shows every change of it.
void check_rules(const CampaignSettings& settings, FieldErrors& errors) {
  if (!settings.rules.empty()) {
    if (!settings.rules_url.empty()) {
      errors.push_back({"rules_url", "invalid", "cannot stand beside rules; empty one of them"});
    }
    if (!settings.rules_sha256.empty()) {
      errors.push_back({"rules_sha256", "invalid",
                        "cannot stand beside rules, whose hash is known; empty one of them"});
    }
  } else if (settings.rules_sha256.empty() && !settings.rules_url.empty()) {
    errors.push_back({"rules_sha256", "required",
                      "is required with rules_url: the SHA-256 of the document there"});
  } else if (settings.rules_url.empty() && !settings.rules_sha256.empty()) {
    errors.push_back(
        {"rules_url", "required", "is required with rules_sha256: where that document is"});
  }
}

}  // namespace

std::string CampaignOption::flag_name() const {
  std::string words = flag.empty() ? name : flag;
  std::replace(words.begin(), words.end(), '_', '-');
  return "--" + words;
}

std::string CampaignOption::default_text() const {
  if (is_required) return {};
  if (!configured_by.empty()) return configured_by;
  OrderedJson shown = value->show(CampaignSettings{});
  // For an object its kind is enough to show.
  if (shown.is_object() && shown.contains("kind")) shown = shown["kind"];
  if (shown.is_string()) return shown.get<std::string>();
  return shown.is_structured() ? std::string() : shown.dump();
}

const std::vector<CampaignOption>& campaign_options() {
  static const std::vector<CampaignOption> options = all_options();
  return options;
}

const CampaignOption* find_campaign_option(std::string_view name) {
  const auto& options = campaign_options();
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const CampaignOption& one) { return one.name == name; });
  return found == options.end() ? nullptr : &*found;
}

void read_options(const Json& given, const MailTemplateRules& templates, CampaignSettings& settings,
                  FieldErrors& errors,
                  const std::function<void(const std::string& name)>& otherwise) {
  const auto read = [&](const std::string& name, const Json& value) {
    const CampaignOption* option = find_campaign_option(name);
    if (option == nullptr) return otherwise(name);
    const std::string zone = settings.time_zone;
    option->value->read({name, value, zone, templates, errors}, settings);
  };
  // The zone comes first, because local times in the same request are in the new zone.
  if (given.contains(kTimeZone)) read(kTimeZone, given.at(kTimeZone));
  for (const auto& [name, value] : given.items()) {
    if (name != kTimeZone) read(name, value);
  }
  follow_prizes(given, settings);
}

void change_options(const Json& given, const CampaignSettings& read, CampaignSettings& stored) {
  for (const auto& [name, value] : given.items()) {
    if (const CampaignOption* option = find_campaign_option(name)) {
      option->value->change(value, read, stored);
    }
  }
  follow_prizes(given, stored);
}

void check_together(const CampaignSettings& settings, FieldErrors& errors) {
  if (settings.opens_at && settings.closes_at && *settings.closes_at <= *settings.opens_at) {
    errors.push_back({"closes_at", "out_of_range", "must be after opens_at"});
  }
  if (settings.finish_at && settings.closes_at && *settings.finish_at < *settings.closes_at) {
    errors.push_back({"finish_at", "out_of_range", "must not be before closes_at"});
  }
  if (settings.finish_at && settings.opens_at && *settings.finish_at <= *settings.opens_at) {
    errors.push_back({"finish_at", "out_of_range", "must be after opens_at"});
  }
  check_winners(settings, errors);
  check_rules(settings, errors);
}

}  // namespace promotions
