// Contexts that have every name templates may use.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions::testing {

// The languages whose words tests know. What holds in all is tested in all: locales().
inline const Locale kSpanish = Locale::of("es");
inline const Locale kEnglish = Locale::of("en");
inline const std::array<Locale, 2> kWorded{kSpanish, kEnglish};

inline Json sample_context() {
  return {
      {"campaign",
       {{"name", "Sorteo de Navidad"},
        {"slug", "navidad"},
        {"description", "Una cesta"},
        {"admin_email", "sorteos@example.org"},
        {"organizer", "AMPA Los Olmos"},
        {"contact_email", "ampa@example.org"},
        {"rules_link", "https://example.org/bases.pdf"},
        {"privacy_link", "https://example.org/privacidad"}}},
      {"email", "ana@example.org"},
      {"data", {{"NAME", "Ana"}, {"first-name", "Ana María"}}},
      {"link", "https://example.org/verify_subscriber?token=AQAA_-x"},
      {"closes_at", "23/12/2026 20:00 (Europe/Madrid)"},
      {"valid_until", "24/11/2026 04:04 (Europe/Madrid)"},
      {"prizes",
       {{{"text", "Car (9000 €)"}, {"name", "Car"}, {"count", 1}, {"value", "9000 €"}},
        {{"text", "2 × Mug"}, {"name", "Mug"}, {"count", 2}, {"value", ""}}}},
      {"has_prizes", true},
      {"has_about", true},
      {"prize", {{"text", "Car (9000 €)"}, {"name", "Car"}, {"value", "9000 €"}}},
      {"questions_email", "ampa@example.org"},
      {"position", 2},
      {"ticket", 1707},
      {"entrants", 4321},
      {"finished_at", "24/12/2026 12:00 (Europe/Madrid)"},
      {"winners", Json::array({{{"position", 1}, {"ticket", 911}, {"email", "w@example.org"}}})},
      {"alternates",
       Json::array({{{"position", 2}, {"ticket", 922}, {"email", "alt@example.org"}}})},
      {"nonce", "0f0e0d0c0b0a09080706050403020100"},
      {"email_key", "ana.key@example.org"},
      {"proof_link", "https://example.org/c/navidad/proof?ticket=1707"},
      {"withdraw_link", "https://example.org/withdraw?token=WITHDRAW"},
      {"draw_link", "https://example.org/c/navidad/draw"},
      {"commitment", std::string(64, 'c')},
      {"terms", std::string(64, '7')},
      {"check_commands", "curl -O draw.json\npromotions draw verify draw.json"},
      {"root", std::string(64, 'd')},
      {"sealed_at", "24/12/2026 11:59 (Europe/Madrid)"},
      {"beacon_text", "Numbers of the lottery of 24 December."},
      {"seal_hash", std::string(64, '5')},
      {"seal_json", R"({"version":2,"campaign":"navidad","entrants":4321})"},
      {"seal_link", "https://example.org/c/navidad/seal.json"},
      {"transcript_link", "https://example.org/c/navidad/draw.json"},
      {"leaves_link", "https://example.org/c/navidad/leaves.txt"},
      {"claimed_at", "02/01/2027 12:00 (Europe/Madrid)"},
      {"claim_link", "https://example.org/claim?a=1&token=CLAIM"},
      {"claim_until", "07/01/2027 12:00 (Europe/Madrid)"},
      {"reason", "Under age"},
      {"winner_email", "lost@example.org"},
      {"why", "the mail server refused it for good"},
      {"server_reply", "RCPT: 550 5.1.1 no such user"},
      {"correct_command", "promotions campaign correct navidad --position 2 --email …"},
      {"retry_command", "promotions jobs retry 812"},
      {"promoted", {{"position", 3}, {"ticket", 933}, {"email", "next@example.org"}}},
      {"action", "/verify_subscriber"},
      {"token", "AQAA_-x"},
      {"errors",
       {{{"field", "campaign"}, {"error", {{"required", true}}}},
        {{"field", "data"}, {"error", {{"wrong_type", true}}}}}},
      {"mail", {{"sent", true}}},
      {"status", 503},
      {"title", "Service Unavailable"}};
}

// For pages, whose links stay on the server; that of a draw by a drand round.
inline Json page_context() {
  Json context = sample_context();
  context.update({
      {"seal_link", "/c/navidad/seal.json"},
      {"transcript_link", "/c/navidad/draw.json"},
      {"leaves_link", "/c/navidad/leaves.txt"},
      {"proof_form_action", "/c/navidad/proof"},
      {"terms_link", "/c/navidad/terms.json"},
      {"verify_commands", "promotions draw verify draw.json \\\n  --leaves leaves.txt"},
      {"script_hash", std::string(64, '4')},
      {"script_name", "verify_draw.py"},
      {"beacon_drand", {{"round", 5550123}, {"at", "24/12/2026 12:00 (Europe/Madrid)"}}},
      {"drawn", true},
      {"drawn_at", "24/12/2026 12:01 (Europe/Madrid)"},
      {"stopped_at", "24/12/2026 11:58 (Europe/Madrid)"},
      {"seal_hash", std::string(64, '5')},
      {"promises",
       {{"hash", std::string(64, '7')},
        {"at", "01/12/2026 09:00 (Europe/Madrid)"},
        {"organizer", "AMPA Los Olmos"},
        {"contact_email", "ampa@example.org"},
        {"opens_at", "02/12/2026 09:00 (Europe/Madrid)"},
        {"closes_at", "24/12/2026 11:57 (Europe/Madrid)"},
        {"minimum_age", 18},
        {"rules_link", "/c/navidad/rules"},
        {"rules_name", "/c/navidad/rules"},
        {"rules_sha256", std::string(64, '9')}}},
      {"holders",
       {{{"place", 1},
         {"prize", "Car (9000 €)"},
         {"ticket", 911},
         {"email", "w•••@e•••.org"},
         {"is_notified", true}}}},
      {"has_waiting", true},
      {"waiting", {{{"ticket", 922}, {"email", "a•••@e•••.org"}}}},
      {"has_changes", false},
      {"changes", Json::array()},
      {"sender", "AMPA Los Olmos <no-reply@example.org>"},
      {"is_open", true},
      {"countdown", "2026-12-24T11:57:00Z"},
      {"closes_at", "24/12/2026 11:57 (Europe/Madrid)"},
      {"by_drand", true},
      {"form",
       {{"slug", "navidad"},
        {"locale", "es"},
        {"trap", "second_remarks"},
        {"fields",
         {{{"id", "field-email"},
           {"name", "email"},
           {"is_email", true},
           {"required", true},
           {"value", "ana@example.org"}},
          {{"id", "field-data.size"},
           {"name", "data.size"},
           {"is_select", true},
           {"label", "Talla"},
           {"help", "La de siempre"},
           {"options", {{{"value", "s"}, {"label", "Small"}, {"selected", true}}}},
           {"error", {{"required", true}}}}}},
        {"summary", Json::array()}}},
      {"excluded", 12},
      {"disqualified", 34},
      {"secret", std::string(64, 'a')},
      {"value", std::string(64, 'b')},
      {"seed", std::string(64, 'f')},
  });
  return context;
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

inline std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace promotions::testing
