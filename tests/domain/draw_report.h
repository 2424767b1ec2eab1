// What the tests of checks read in a report.
#pragma once

#include <sstream>
#include <string>

#include "domain/sample_draw.h"

namespace promotions {

inline DrawReport check(const std::string& transcript, const std::string& leaves,
                        const Kept& kept = {}) {
  std::istringstream list(leaves);
  return check_draw(transcript, list, kept);
}

// Each failure as "name: detail", a line each.
inline std::string failures(const DrawReport& report) {
  std::string text;
  for (const Check& check : report.checks) {
    if (check.outcome == Check::Outcome::failed) text += check.name + ": " + check.detail + "\n";
  }
  return text;
}

// Without what no publication could show.
inline std::string outcomes(const DrawReport& report) {
  std::string text;
  for (const Check& check : report.checks) {
    if (check.outcome == Check::Outcome::not_checked) continue;
    text += check.name + (check.outcome == Check::Outcome::passed    ? "+ "
                          : check.outcome == Check::Outcome::skipped ? "? "
                                                                     : "- ");
  }
  return text;
}

// What is said not to be checked, a line each.
inline std::string not_checked(const DrawReport& report) {
  std::string text;
  for (const Check& check : report.checks) {
    if (check.outcome == Check::Outcome::not_checked) text += check.detail + "\n";
  }
  return text;
}

inline std::string detail_of(const DrawReport& report, const std::string& name) {
  for (const Check& check : report.checks) {
    if (check.name == name) return check.detail;
  }
  return "(not checked)";
}

}  // namespace promotions
