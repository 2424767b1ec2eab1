#include "http/problem_page.h"

#include <array>

namespace promotions {
namespace {

struct Row {
  std::string_view code;
  Page page;
};

// Where the code says more than the status does.
constexpr std::array kByCode{
    Row{"campaign_not_found", Page::no_such_campaign},
    Row{"invalid_token", Page::token_invalid},
    Row{"token_expired", Page::token_expired},
    Row{"invalid_email", Page::invalid_input},
    Row{"not_eligible", Page::not_eligible},
    Row{"draw_not_sealed", Page::draw_not_sealed},
    Row{"no_verified_subscribers", Page::nobody_verified},
};

}  // namespace

Page page_for(std::string_view code, int status) {
  for (const Row& row : kByCode) {
    if (row.code == code) return row.page;
  }
  switch (status) {
    case 401:
    case 403:
      return Page::for_organisers;
    case 404:
      return Page::not_found;
    case 405:
    case 501:
      return Page::not_possible;
    case 409:
      return Page::not_now;
    case 408:
      return Page::too_slow;
    case 413:
    case 414:
    case 431:
      return Page::too_large;
    case 429:
      return Page::rate_limited;
    case 503:
      return Page::busy;
    default:
      return status >= 400 && status < 500 ? Page::not_understood : Page::error;
  }
}

}  // namespace promotions
