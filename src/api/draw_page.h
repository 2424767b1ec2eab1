// The certificate of a draw: a page that shows people what the published records hold. Private to
// api.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"
#include "promotions/domain/transcript.h"
#include "promotions/manager/campaigns.h"

namespace promotions {

// What the page shows. Before the draw there is no `transcript`, and `drawn` is empty.
struct DrawCertificate {
  CampaignPtr campaign;
  Seal seal;
  std::optional<Transcript> transcript;
  std::vector<Drawn> drawn;
};

// Returns what the template of the page needs. `url` is the prefix of the campaign's records, such
// as "https://example.org/c/autumn".
Json certificate_context(const DrawCertificate& certificate, const std::string& url, Locale locale);

// Masks an address for everybody's eyes: "ana@mail.example.org" becomes "a•••@m•••.org". Returns ""
// for text that is no address.
std::string publicly_masked(std::string_view address);

}  // namespace promotions
