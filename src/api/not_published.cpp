#include "api/not_published.h"

namespace promotions {

Problem problem_of(NotPublished what) {
  switch (what) {
    case NotPublished::no_such_campaign:
      break;
    case NotPublished::not_sealed:
      return {ProblemCode::draw_not_sealed,
              "the campaign's list is not sealed yet; come back after its finish"};
    case NotPublished::not_drawn:
      return {ProblemCode::not_drawn, "the list is sealed, and the draw waits for its randomness"};
    case NotPublished::no_such_ticket:
      return {ProblemCode::ticket_not_found, "no entrant has this ticket"};
  }
  return {ProblemCode::campaign_not_found, "there is no such campaign"};
}

}  // namespace promotions
