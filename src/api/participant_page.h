// Makes pages about one campaign, in the language of their reader. Private to api.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

#include "api/campaign_context.h"
#include "promotions/http/answer.h"
#include "promotions/manager/campaigns.h"

namespace promotions {

// Returns a wait in whole minutes, rounded up, at least one: for `wait_minutes` of pages.
inline std::int64_t wait_minutes(Millis wait) {
  return std::max<std::int64_t>(std::chrono::ceil<std::chrono::minutes>(wait).count(), 1);
}

inline Json no_context() {
  return Json::object();
}

// What is known of the reader of a page.
struct Visitor {
  CampaignPtr campaign{};  // null: none is known
  // The language that the sign-up asks for, or the one that belongs to the link; empty: the
  // browser's, or else the campaign's.
  std::string locale{};
};

// `make_context` returns what the template needs. It is called with the page's language if it takes
// one.
template <typename MakeContext = Json (*)()>
MakePage page_of(Page page, Visitor visitor, MakeContext make_context = no_context) {
  MakePage made;
  if (!visitor.locale.empty()) made.readers = Locale::of(visitor.locale);
  if (visitor.campaign) made.campaigns = Locale::of(visitor.campaign->settings.locale);
  made.make = [page, visitor = std::move(visitor),
               make_context = std::move(make_context)](Locale locale) {
    PageView view{page, {}};
    if constexpr (std::is_invocable_v<const MakeContext&, Locale>) {
      view.context = make_context(locale);
    } else {
      view.context = make_context();
    }
    if (const CampaignPtr& campaign = visitor.campaign) {
      view.context["campaign"] = campaign_context(*campaign);
    }
    return view;
  };
  return made;
}

// The same page, but these origins may show it in a frame. It is made to look like that.
inline MakePage framed_by(MakePage page, std::vector<std::string> origins) {
  page.make = [make = std::move(page.make), origins = std::move(origins)](Locale locale) {
    PageView view = make(locale);
    view.framed_by = origins;
    return view;
  };
  return page;
}

// Refuses with the page that belongs to the problem's code, in the visitor's language.
inline Answer refuse_to(Visitor visitor, Problem problem) {
  const int status = status_of(problem.code);
  const Page page = page_for(problem.code);
  return refuse(std::move(problem), page_of(page, std::move(visitor), [status] {
                  return Json{{"status", status}};
                }));
}

inline Answer with_page(Answer answer, MakePage page) {
  answer.page = std::move(page);
  return answer;
}

}  // namespace promotions
