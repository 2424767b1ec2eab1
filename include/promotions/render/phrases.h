// Short texts in a language that the program itself uses: as values in templates, or to store them.
#pragma once

#include <string>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

// Each is a text in the section "phrase" of every catalogue, under its name.
enum class Phrase {
  yes,
  no,
  beacon_none,    // sentences about the source of a draw's randomness; their values:
  beacon_drand,   //   chain, round
  beacon_public,  //   source
  mail_refused,   // what became of a mail; each is the end of a sentence
  mail_exhausted,
  mail_in_doubt,
  mail_worker_lost,
  mail_cancelled,
  mail_needless,
  mail_not_sent,
  winner_unreachable,  // why a prize went to an alternate; published
  prize_not_claimed,
  demo_name,
  demo_description,
  test_subject,  // for the mail that only tests whether mail works
  test_text,
};

// The phrase as plain text, with `values` filled in. Thread-safe.
std::string phrase(Locale locale, Phrase phrase, const Json& values = Json::object());

}  // namespace promotions
