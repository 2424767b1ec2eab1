// What the program itself puts into words, as a value of a template or a text that is kept.
#pragma once

#include <string>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

// Each is a text of the section "phrase" in every catalogue, under its name.
enum class Phrase {
  yes,
  no,
  beacon_none,    // where the randomness of a draw comes from: sentences
  beacon_drand,   //   chain, round
  beacon_public,  //   source
  mail_refused,   // what became of a mail: ends of a sentence
  mail_exhausted,
  mail_in_doubt,
  mail_worker_lost,
  mail_cancelled,
  mail_needless,
  mail_not_sent,
  winner_unreachable,  // why a prize passed on: public
  prize_not_claimed,
  demo_name,
  demo_description,
  test_subject,  // of the mail that only shows that mail works
  test_text,
};

// Thread-safe. As plain text, with `values` in it.
std::string phrase(Locale locale, Phrase phrase, const Json& values = Json::object());

}  // namespace promotions
