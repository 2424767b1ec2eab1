// Pages of one campaign, in its language. Private to http.
#pragma once

#include <functional>
#include <utility>

#include "http/answer.h"
#include "promotions/manager/campaign_manager.h"

namespace promotions {

inline Json no_context() {
  return Json::object();
}

// `campaign` may be null.
inline MakePage page_of(Page page, CampaignPtr campaign,
                        std::function<Json()> make_context = no_context) {
  return [page, campaign = std::move(campaign), make_context = std::move(make_context)] {
    PageView view{page, {}, make_context()};
    if (campaign) {
      view.locale = campaign->settings.locale;
      view.context["campaign"] = {{"name", campaign->settings.name}, {"slug", campaign->slug}};
    }
    return view;
  };
}

inline Answer with_page(Answer answer, MakePage page) {
  answer.page = std::move(page);
  return answer;
}

}  // namespace promotions
