// Pages of one campaign, in its language. Private to http.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "http/answer.h"
#include "promotions/manager/campaign_manager.h"

namespace promotions {

// A wait in whole minutes, at least one; templates name `minutes`, or `one` for a single one.
inline Json wait_context(Millis wait) {
  const auto minutes =
      std::max<std::int64_t>(std::chrono::ceil<std::chrono::minutes>(wait).count(), 1);
  return minutes == 1 ? Json{{"one", true}} : Json{{"minutes", minutes}};
}

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
