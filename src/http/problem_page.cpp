#include "http/problem_page.h"

#include <array>

namespace promotions {
namespace {

struct ByCode {
  std::string_view code;
  Page page;
};

// Where the code says more than the status does.
constexpr std::array kByCode{
    ByCode{"campaign_not_found", Page::no_such_campaign},
    ByCode{"invalid_token", Page::token_invalid},
    ByCode{"token_expired", Page::token_expired},
    ByCode{"invalid_email", Page::invalid_input},
    ByCode{"not_eligible", Page::not_eligible},
    ByCode{"draw_not_sealed", Page::draw_not_sealed},
    ByCode{"no_verified_subscribers", Page::nobody_verified},
};

struct ByStatus {
  int status;
  Page page;
};

constexpr std::array kByStatus{
    ByStatus{401, Page::for_organisers}, ByStatus{403, Page::for_organisers},
    ByStatus{404, Page::not_found},      ByStatus{405, Page::not_possible},
    ByStatus{408, Page::too_slow},       ByStatus{409, Page::not_now},
    ByStatus{413, Page::too_large},      ByStatus{414, Page::address_too_long},
    ByStatus{429, Page::rate_limited},   ByStatus{431, Page::browser_sends_too_much},
    ByStatus{501, Page::not_known_here}, ByStatus{503, Page::busy},
    ByStatus{505, Page::other_version},
};

}  // namespace

Page page_for(std::string_view code, int status) {
  for (const ByCode& row : kByCode) {
    if (row.code == code) return row.page;
  }
  for (const ByStatus& row : kByStatus) {
    if (row.status == status) return row.page;
  }
  return status >= 400 && status < 500 ? Page::not_understood : Page::error;
}

}  // namespace promotions
