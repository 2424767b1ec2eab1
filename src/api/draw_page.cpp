#include "api/draw_page.h"

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/email_address.h"
#include "promotions/domain/prizes.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

Json row_of(const Drawn& one, const Transcript& transcript, const Prizes& prizes) {
  Json row = {{"position", one.position},
              {"ticket", one.ticket},
              {"email", publicly_masked(shown_address(one.email))},
              {"is_promoted", !one.winner && prizes.has(one.position)},
              {"is_claimed", one.claimed_at.has_value()}};
  for (const DrawEvent& event : transcript.events) {
    if (event.position != one.position) continue;
    row["is_disqualified"] = true;
    row["is_promoted"] = false;
    row["reason"] = event.reason;
  }
  return row;
}

Json beacon_context(const Beacon& beacon, Json context) {
  switch (beacon.kind) {
    case BeaconKind::none:
      context["beacon_none"] = true;
      break;
    case BeaconKind::drand:
      context["beacon_drand"] = {{"chain", beacon.chain},
                                 {"round", beacon.round},
                                 {"round_url", "https://api.drand.sh/" + beacon.chain + "/public/" +
                                                   std::to_string(beacon.round)}};
      break;
    case BeaconKind::public_source:
      context["beacon_public"] = {{"source", beacon.source}};
      break;
  }
  return context;
}

}  // namespace

Json certificate_context(const DrawCertificate& certificate, const std::string& url,
                         Locale locale) {
  const Seal& seal = certificate.seal;
  const CampaignSettings& settings = certificate.campaign->settings;
  const auto time = [&](Time at) { return to_local_text(at, settings.time_zone, locale); };
  Json context = beacon_context(seal.beacon, {{"sealed_at", time(seal.sealed_at)},
                                              {"entrants", seal.entrants},
                                              {"root", to_hex(seal.root)},
                                              {"commitment", to_hex(seal.commitment)},
                                              {"seal_link", url + "/seal.json"},
                                              {"leaves_link", url + "/leaves.txt"},
                                              {"proof_form_action", "proof"},
                                              {"drawn", false}});
  if (seal.excluded > 0) context["excluded"] = seal.excluded;
  if (seal.disqualified > 0) context["disqualified"] = seal.disqualified;
  if (!certificate.transcript) return context;

  const Transcript& transcript = *certificate.transcript;
  context["drawn"] = true;
  if (const auto at = certificate.campaign->finished_at) context["drawn_at"] = time(*at);
  context["secret"] = to_hex(transcript.reveal.secret);
  context["value"] = transcript.reveal.value;
  context["seed"] = to_hex(transcript.seed);
  context["transcript_link"] = url + "/draw.json";
  context["verify_commands"] = {"curl -fsS -o draw.json " + url + "/draw.json",
                                "curl -fsS -o leaves.txt " + url + "/leaves.txt",
                                "promotions draw verify draw.json --leaves leaves.txt",
                                "python3 verify_draw.py draw.json --leaves leaves.txt"};
  // Replays the disqualifications, to find out which alternates have a prize now.
  Prizes prizes(seal.winners, static_cast<std::int64_t>(certificate.drawn.size()));
  for (const DrawEvent& event : transcript.events) prizes.disqualify(event.position);
  context["winners"] = context["alternates"] = Json::array();
  for (const Drawn& one : certificate.drawn) {
    context[one.winner ? "winners" : "alternates"].push_back(row_of(one, transcript, prizes));
  }
  return context;
}

std::string publicly_masked(std::string_view address) {
  constexpr std::string_view kMask = "•••";
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return {};
  const std::string_view domain = address.substr(at + 1);
  std::string masked;
  // The first character of the domain may have several bytes.
  std::string_view rest = domain;
  take_code_point(rest);
  const std::string_view first = domain.substr(0, domain.size() - rest.size());
  masked.append(address.substr(0, 1)).append(kMask).append("@").append(first);
  masked.append(kMask);
  if (const std::size_t dot = domain.rfind('.'); dot != std::string_view::npos) {
    masked.append(domain.substr(dot));
  }
  return masked;
}

}  // namespace promotions
