// A context that has every name templates may use.
#pragma once

#include "promotions/base/json.h"

namespace promotions::testing {

inline Json sample_context() {
  return {
      {"campaign",
       {{"name", "Sorteo de Navidad"},
        {"slug", "navidad"},
        {"description", "Una cesta"},
        {"admin_email", "sorteos@example.org"}}},
      {"email", "ana@example.org"},
      {"data", {{"NAME", "Ana"}, {"first-name", "Ana María"}}},
      {"link", "https://example.org/verify_subscriber?token=AQAA_-x"},
      {"valid_until", "24/11/2026 04:04 (Europe/Madrid)"},
      {"position", 2},
      {"ticket", 1707},
      {"entrants", 4321},
      {"finished_at", "24/12/2026 12:00 (Europe/Madrid)"},
      {"winners", Json::array({{{"position", 1}, {"ticket", 911}, {"email", "w@example.org"}}})},
      {"alternates",
       Json::array({{{"position", 2}, {"ticket", 922}, {"email", "alt@example.org"}}})},
      {"action", "/verify_subscriber"},
      {"token", "AQAA_-x"},
      {"detail", "The address has no at sign."},
      {"status", 503},
      {"title", "Service Unavailable"}};
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
