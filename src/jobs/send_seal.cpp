#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/base/encoding.h"
#include "promotions/render/local_text.h"
#include "promotions/render/phrases.h"

namespace promotions {
namespace {

// A sentence that tells where the draw's public randomness will come from.
std::string beacon_text(const Beacon& beacon, Locale locale) {
  switch (beacon.kind) {
    case BeaconKind::none:
      break;
    case BeaconKind::drand:
      return phrase(locale, Phrase::beacon_drand,
                    {{"round", beacon.round}, {"chain", beacon.chain}});
    case BeaconKind::public_source:
      return phrase(locale, Phrase::beacon_public, {{"source", beacon.source}});
  }
  return phrase(locale, Phrase::beacon_none);
}

}  // namespace

JobResult send_seal(const JobContext& context, const Job& job) {
  const auto campaign = context.storage.read(
      [&](const Stores& stores) { return stores.campaigns.find(job.campaign_id); });
  if (!campaign) return {JobResult::Kind::cancel, "the campaign was deleted", {}};
  const auto published = context.draws.seal_of(campaign->slug);
  const auto* seal = std::get_if<Seal>(&published);
  const auto& witnesses = campaign->settings.witnesses;
  const auto witness = static_cast<std::size_t>(job.argument);
  if (seal == nullptr || witness >= witnesses.size()) {
    return {JobResult::Kind::fail, "there is no such seal or witness", {}};
  }
  const Locale locale = Locale::of(campaign->settings.locale);
  Json values = {
      {"campaign", campaign_context(context, *campaign)},
      {"entrants", seal->entrants},
      {"root", to_hex(seal->root)},
      {"commitment", to_hex(seal->commitment)},
      {"sealed_at", to_local_text(seal->sealed_at, campaign->settings.time_zone, locale)},
      {"beacon_text", beacon_text(seal->beacon, locale)},
      {"seal_json", to_json(*seal).dump()},
      {"seal_link", public_link(context, *campaign, "seal.json")},
      {"draw_link", public_link(context, *campaign, "draw")}};
  if (seal->beacon.kind == BeaconKind::none) values["beacon_none"] = true;
  return send_mail(context, job, *campaign, locale, witnesses[witness], values);
}

}  // namespace promotions
