// The certificate of a draw: the page that says what the published records say. Private to api.
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

// What the page shows. `transcript` is absent before the draw; `drawn` belongs to it.
struct DrawCertificate {
  CampaignPtr campaign;
  Seal seal;
  std::optional<Transcript> transcript;
  std::vector<Drawn> drawn;
};

// `url`: of the campaign's records, "https://example.org/c/autumn".
Json certificate_context(const DrawCertificate& certificate, const std::string& url, Locale locale);

// "ana@mail.example.org" as "a•••@m•••.org"; empty stays empty.
std::string publicly_masked(std::string_view address);

}  // namespace promotions
