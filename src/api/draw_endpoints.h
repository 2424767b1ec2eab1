// The endpoints of the draw: finishing a campaign, the records that everybody may check, and
// prizes. Private to api.
#pragma once

#include <string>

#include "promotions/http/answer.h"
#include "promotions/http/request.h"
#include "promotions/manager/draws.h"

namespace promotions {

// Thread-safe.
class DrawEndpoints {
 public:
  // `base_path` is for `Location`, `public_url` for links that are used outside a page.
  DrawEndpoints(Campaigns& campaigns, Draws& draws, std::string base_path, std::string public_url)
      : campaigns_(campaigns),
        draws_(draws),
        base_path_(std::move(base_path)),
        public_url_(std::move(public_url)) {}

  Answer finish_campaign(const Request& request);  // GET and POST

  // Below /c/: the records that a campaign publishes.
  Answer terms(const Request& request);  // in draw_terms.cpp
  Answer rules(const Request& request);
  Answer seal(const Request& request);
  Answer transcript(const Request& request);
  Answer leaves(const Request& request);
  Answer proof(const Request& request);
  Answer page(const Request& request);

  Answer claim(const Request& request);          // GET
  Answer confirm_claim(const Request& request);  // POST

  Answer disqualify(const Request& request);
  Answer disqualify_subscriber(const Request& request);
  Answer correct_winner(const Request& request);

 private:
  Answer claim(const std::string& token, VerifyIntent intent);

  Campaigns& campaigns_;
  Draws& draws_;
  const std::string base_path_;
  const std::string public_url_;
};

}  // namespace promotions
