#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/base/encoding.h"
#include "promotions/domain/drand_chain.h"
#include "promotions/render/check_commands.h"
#include "promotions/render/local_text.h"
#include "promotions/render/phrases.h"

namespace promotions {
namespace {

// A sentence that tells where the draw's public randomness will come from, and when: the date of
// the mail is worth comparing with that.
std::string beacon_text(const Seal& seal, std::string_view zone, Locale locale) {
  const Beacon& beacon = seal.beacon;
  switch (beacon.kind) {
    case BeaconKind::none:
      break;
    case BeaconKind::drand: {
      Json values = {{"round", beacon.round}, {"chain", beacon.chain}};
      if (const KnownDrandChain* known = find_known_chain(beacon.chain)) {
        values["at"] = to_local_text(time_of(known->chain, beacon.round), zone, locale);
      }
      return phrase(locale, Phrase::beacon_drand, values);
    }
    case BeaconKind::public_source: {
      Json values = {{"source", beacon.source}};
      if (beacon.known_from) values["at"] = to_local_text(*beacon.known_from, zone, locale);
      return phrase(locale, Phrase::beacon_public, values);
    }
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
  const std::string& zone = campaign->settings.time_zone;
  const std::string record = to_json(*seal).dump();
  Json values = {
      {"campaign", campaign_context(context, *campaign)},
      {"entrants", seal->entrants},
      {"root", to_hex(seal->root)},
      {"commitment", to_hex(seal->commitment)},
      {"sealed_at", to_local_text(seal->sealed_at, zone, locale)},
      {"beacon_text", beacon_text(*seal, zone, locale)},
      {"seal_hash", to_hex(hash_of(*seal))},
      {"seal_json", record},
      {"check_commands", check_commands(public_link(context, *campaign), " --seal seal.json")},
      {"seal_link", public_link(context, *campaign, "seal.json")},
      {"draw_link", public_link(context, *campaign, "draw")}};
  if (seal->beacon.kind == BeaconKind::none) values["beacon_none"] = true;
  // The hash of the file is the hash of the seal, so nothing may be added to it, not even a line
  // end.
  return send_mail(context, job, *campaign, locale, witnesses[witness], values,
                   {{"seal.json", "application/json", record}});
}

}  // namespace promotions
