// The page of a campaign, and the same form to be framed by other sites. Private to api.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/http/answer.h"
#include "promotions/http/request.h"
#include "promotions/manager/draws.h"

namespace promotions {

// Where a form stands: on a page of ours, or in a frame of another site.
enum class FormPlace { page, embed };

// The page of an open campaign with its form as it was sent, and what is wrong with it.
MakePage refused_form_page(const CampaignPtr& campaign, const std::string& locale, FormPlace place,
                           Json typed, FieldErrors errors, std::string public_url);

// Thread-safe.
class CampaignPages {
 public:
  // `public_url` is for links that are used outside a page.
  CampaignPages(Campaigns& campaigns, Draws& draws, std::string public_url)
      : campaigns_(campaigns), draws_(draws), public_url_(std::move(public_url)) {}

  Answer page(const Request& request);   // /c/SLUG
  Answer json(const Request& request);   // /c/SLUG.json
  Answer embed(const Request& request);  // /c/SLUG/embed

 private:
  Answer json_of(const CampaignPtr& campaign);
  MakePage page_of_draw(const CampaignPtr& campaign);

  Campaigns& campaigns_;
  Draws& draws_;
  const std::string public_url_;
};

// The origins that may frame the answer to a request whose query says `embed=SLUG`: those of that
// campaign. nullopt: it does not say so.
std::optional<std::vector<std::string>> frames_of(const Campaigns& campaigns,
                                                  std::string_view raw_query);

}  // namespace promotions
