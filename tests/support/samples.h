// Values for tests that need some and do not care which.
#pragma once

#include <chrono>
#include <string>

#include "promotions/base/encoding.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/subscriber.h"

namespace promotions {

inline CampaignSettings sample_settings() {
  CampaignSettings settings;
  settings.name = "Sorteo de otoño";
  settings.admin_email = "organiser@example.org";
  return settings;
}

// Every option is another one than that of a campaign that says nothing. Not all of them can stand
// together.
inline CampaignSettings unusual_settings() {
  CampaignSettings settings;
  settings.name = "Ein Fahrrad & \"mehr\"";
  settings.description = "Zeile 1\nZeile 2\t\u00e9 \U0001F381";
  settings.admin_email = "chefin@xn--bcher-kva.example";
  settings.organizer = "AMPA «Los Olmos»";
  settings.contact_email = "ampa@example.org";
  settings.from_name = "AMPA \"Los Olmos\", Vélez";
  settings.locale = "en";
  settings.time_zone = "Europe/Madrid";
  settings.opens_at = Time{std::chrono::hours(24 * 365 * 40)} + Millis{1};
  settings.closes_at = Time{std::chrono::hours(24 * 365 * 41)};
  settings.rules = "Art. 1\n\nArt. 2\n";
  settings.rules_url = "https://example.org/bases.pdf?v=2";
  settings.rules_sha256 = std::string(64, 'a');
  settings.privacy_url = "https://example.org/privacy";
  settings.minimum_age = 18;
  settings.prizes = {{{"", {{"en", "Car"}, {"es", "Coche"}}}, 1, {"9000 €"}}, {{"Cesta"}, 2}};
  settings.winners = 3;
  settings.alternates = 4;
  settings.verification = Verification::confirm;
  settings.duplicates = Duplicates::conceal;
  settings.aliases = Aliases::merge;
  settings.token_ttl = Millis{12'345};
  settings.templates["verification"].subject = "¡Hola!";
  settings.templates["winner"].text = "Won";
  settings.templates["winner"].html = "<p>{{email}}</p>";
  settings.beacon.kind = BeaconKind::public_source;
  settings.beacon.source = "the lottery of 24 December";
  settings.beacon.format = "99999";
  settings.beacon.known_from = Time{std::chrono::hours(24 * 365 * 42)};
  settings.draw_delay = std::chrono::minutes(90);
  settings.claim_within = std::chrono::hours(24 * 7);
  settings.witnesses = {"Notary@example.org", "press@example.net"};
  settings.exclusions = {"example.com", "ana@example.org"};
  settings.notify_not_drawn = true;
  settings.finish_at = Time{std::chrono::hours(24 * 365 * 42)};
  settings.fields = {
      {{.name = "size",
        .type = FieldType::select,
        .label = {"", {{"en", "Size"}, {"es", "Talla"}}},
        .help = {"As you wear it"},
        .is_required = true,
        .choices = {{"s", {"Small"}}, {"L", {"L"}}}},
       {.name = "age", .type = FieldType::number, .label = {"Age"}, .min = 0.5, .max = 120.0},
       {.name = "news",
        .type = FieldType::consent,
        .label = {},
        .text = {"I want the [news](https://example.org/news)"}}}};
  settings.captcha = Captcha::required;
  settings.reminder_after = std::chrono::hours(24);
  settings.success_url = "https://example.org/danke";
  settings.accent = "#ffcc00";
  settings.listed = true;
  settings.embed_origins = {"https://www.example.org", "http://localhost:8000"};
  return settings;
}

inline Subscriber sample_subscriber(std::int64_t campaign_id, const std::string& email, Time now) {
  Subscriber subscriber;
  subscriber.campaign_id = campaign_id;
  subscriber.email = email;
  subscriber.email_key = to_lower_ascii(email);
  subscriber.created_at = now;
  return subscriber;
}

}  // namespace promotions
