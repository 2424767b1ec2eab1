// Which options of a campaign can no longer change: those under which people signed up, and those
// that the draw depends on. All functions are pure and thread-safe.
#pragma once

#include <string>

#include "promotions/domain/campaign.h"

namespace promotions {

// How far a campaign has come, as far as changes are concerned.
enum class Stage {
  announced,  // nobody can have signed up yet
  open,       // somebody may have; sign-up may be over
  stopped,    // the list of entrants is stopped; the draw is under way or done
};

struct FixedChange {
  std::string why;          // empty: the change may be made
  bool is_promise = false;  // people signed up under one of these options
};

// Says why the settings cannot change from `before` to `after` at this stage, naming the options:
// "winners and alternates cannot change once the campaign is open: people sign up knowing them".
FixedChange fixed_change(Stage stage, const CampaignSettings& before,
                         const CampaignSettings& after);

}  // namespace promotions
