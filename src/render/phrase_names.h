// The names of phrases in the catalogues. Private to render.
#pragma once

#include <array>
#include <string_view>

#include "promotions/render/phrases.h"

namespace promotions {

struct PhraseName {
  Phrase phrase;
  std::string_view name;
};

inline constexpr std::array kPhraseNames{
    PhraseName{Phrase::yes, "yes"},
    PhraseName{Phrase::no, "no"},
    PhraseName{Phrase::beacon_none, "beacon_none"},
    PhraseName{Phrase::beacon_drand, "beacon_drand"},
    PhraseName{Phrase::beacon_public, "beacon_public"},
    PhraseName{Phrase::mail_refused, "mail_refused"},
    PhraseName{Phrase::mail_exhausted, "mail_exhausted"},
    PhraseName{Phrase::mail_in_doubt, "mail_in_doubt"},
    PhraseName{Phrase::mail_worker_lost, "mail_worker_lost"},
    PhraseName{Phrase::mail_cancelled, "mail_cancelled"},
    PhraseName{Phrase::mail_needless, "mail_needless"},
    PhraseName{Phrase::mail_not_sent, "mail_not_sent"},
    PhraseName{Phrase::winner_unreachable, "winner_unreachable"},
    PhraseName{Phrase::prize_not_claimed, "prize_not_claimed"},
    PhraseName{Phrase::demo_name, "demo_name"},
    PhraseName{Phrase::demo_description, "demo_description"},
    PhraseName{Phrase::test_subject, "test_subject"},
    PhraseName{Phrase::test_text, "test_text"},
};

// A row out of its place, or a phrase without one, does not compile.
constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kPhraseNames.size(); ++i) {
    if (static_cast<std::size_t>(kPhraseNames[i].phrase) != i) return false;
  }
  return kPhraseNames.size() == static_cast<std::size_t>(Phrase::test_text) + 1;
}
static_assert(is_in_order());

}  // namespace promotions
