// The pages that show people what a draw's published records hold: the certificate, and the place
// of a ticket in the list. Private to api.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"
#include "promotions/domain/transcript.h"
#include "promotions/manager/campaigns.h"
#include "promotions/manager/draws.h"

namespace promotions {

// What the certificate shows. Before the draw there is no `transcript`, and `drawn` is empty;
// before the seal there is none, either.
struct DrawCertificate {
  CampaignPtr campaign;
  CampaignState state = CampaignState::open;
  PublishedTerms terms;  // those that the seal names; before it, those in force
  std::optional<Seal> seal;
  std::optional<Transcript> transcript;
  std::vector<Drawn> drawn;
};

// Where the links and commands of the page lead.
struct DrawAddresses {
  std::string records;   // the prefix of the campaign's records: "https://example.org/c/autumn"
  std::string verifier;  // where verifier_script() is
};

// verify_draw.py as it is in the repository. Valid as long as the process.
std::string_view verifier_script();

// Returns what Page::draw needs, or Page::draw_not_sealed if there is no seal.
Json certificate_context(const DrawCertificate& certificate, const DrawAddresses& addresses,
                         Locale locale);

// Each prize, in the order of the terms, with who has it now; addresses are masked.
Json holders_context(const Transcript& transcript, const std::vector<Drawn>& drawn,
                     const CampaignSettings& settings, Locale locale);

// Returns what Page::proof needs to show that a ticket is in the list.
Json proof_context(const Proof& proof);

// Masks an address for everybody's eyes: "ana@mail.example.org" becomes "a•••@m•••.org". Returns ""
// for text that is no address.
std::string publicly_masked(std::string_view address);

}  // namespace promotions
