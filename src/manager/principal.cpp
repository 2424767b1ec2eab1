#include "promotions/manager/principal.h"

namespace promotions {

std::string to_text(const Principal& who) {
  switch (who.kind) {
    case Principal::Kind::participant:
      return "a participant";
    case Principal::Kind::account:
      return "account " + who.account;
    case Principal::Kind::owner:
      break;
  }
  return "the owner";
}

}  // namespace promotions
