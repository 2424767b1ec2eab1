#include "api/draw_page.h"

#include <algorithm>
#include <map>

#include "promotions/base/embedded.h"
#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/drand_chain.h"
#include "promotions/domain/email_address.h"
#include "promotions/domain/prizes.h"
#include "promotions/render/check_commands.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

// The reason of the event by which somebody leaves who was erased; see draw.md.
constexpr std::string_view kWithdrawn = "withdrawn";

// "Hamper (80 €)", in the reader's language or else the campaign's.
std::string text_of(const Prize& prize, const CampaignSettings& settings, Locale locale) {
  const Locale own = Locale::of(settings.locale);
  const std::string& value = prize.value.in(locale, own);
  const std::string& name = prize.name.in(locale, own);
  return value.empty() ? name : name + " (" + value + ")";
}

Json row_of(const Drawn& one) {
  return {{"ticket", one.ticket}, {"email", publicly_masked(shown_address(one.email))}};
}

// Writes one certificate for one reader.
class CertificateWriter {
 public:
  CertificateWriter(const DrawCertificate& certificate, const DrawAddresses& addresses,
                    Locale locale)
      : certificate_(certificate),
        settings_(certificate.campaign->settings),
        addresses_(addresses),
        url_(addresses.records),
        locale_(locale) {}

  Json write() const {
    Json context = {{"commitment", to_hex(certificate_.campaign->commitment)},
                    {"promises", promises()}};
    if (!certificate_.seal) {
      add_beacon(context, settings_.beacon);
      context["closed"] = certificate_.state == CampaignState::closed;
      context["stopped"] = certificate_.state == CampaignState::finishing;
      return context;
    }
    add_seal(context, *certificate_.seal);
    if (certificate_.transcript) add_draw(context, *certificate_.transcript);
    return context;
  }

 private:
  std::string time(Time at) const { return to_local_text(at, settings_.time_zone, locale_); }

  Json promises() const {
    const Terms& terms = certificate_.terms.terms;
    Json promises = {{"hash", to_hex(certificate_.terms.hash)},
                     {"at", time(terms.at)},
                     {"organizer", terms.organizer},
                     {"contact_email", shown_address(terms.contact_email)}};
    if (terms.opens_at) promises["opens_at"] = time(*terms.opens_at);
    if (terms.closes_at) promises["closes_at"] = time(*terms.closes_at);
    if (terms.minimum_age > 0) promises["minimum_age"] = terms.minimum_age;
    if (!terms.rules_sha256.empty()) {
      promises["rules_sha256"] = terms.rules_sha256;
      promises["rules_link"] = promises["rules_name"] =
          terms.rules_url.empty() ? url_ + "/rules" : terms.rules_url;
    }
    if (!certificate_.transcript) add_prizes(promises, terms);
    return promises;
  }

  // What can be won, while the page does not yet say who has it.
  void add_prizes(Json& promises, const Terms& terms) const {
    promises["prizes"] = Json::array();
    for (const Prize& prize : terms.prizes) {
      const std::string count = prize.count > 1 ? std::to_string(prize.count) + " × " : "";
      promises["prizes"].push_back(count + text_of(prize, settings_, locale_));
    }
    promises["has_prizes"] = !terms.prizes.empty();
    if (terms.prizes.empty()) promises["winners"] = settings_.winners;
    if (settings_.alternates > 0) promises["alternates"] = settings_.alternates;
  }

  void add_beacon(Json& context, const Beacon& beacon) const {
    switch (beacon.kind) {
      case BeaconKind::none:
        context["beacon_none"] = true;
        break;
      case BeaconKind::drand: {
        Json drand = {{"round", beacon.round},
                      {"round_url", "https://api.drand.sh/" + beacon.chain + "/public/" +
                                        std::to_string(beacon.round)}};
        const KnownDrandChain* known = find_known_chain(beacon.chain);
        if (known != nullptr && beacon.round > 0) {
          drand["at"] = time(time_of(known->chain, beacon.round));
        }
        context["beacon_drand"] = std::move(drand);
        context["drand_home"] = "https://drand.love";
        break;
      }
      case BeaconKind::public_source: {
        Json source = {{"source", beacon.source}};
        if (beacon.known_from) source["at"] = time(*beacon.known_from);
        context["beacon_public"] = std::move(source);
        break;
      }
    }
  }

  void add_seal(Json& context, const Seal& seal) const {
    add_beacon(context, seal.beacon);
    context.update({{"sealed_at", time(seal.sealed_at)},
                    {"entrants", seal.entrants},
                    {"root", to_hex(seal.root)},
                    {"seal_hash", to_hex(hash_of(seal))},
                    {"seal_link", url_ + "/seal.json"},
                    {"terms_link", url_ + "/terms.json"},
                    {"leaves_link", url_ + "/leaves.txt"},
                    {"proof_form_action", "proof"},
                    {"drawn", false}});
    if (seal.excluded > 0) context["excluded"] = seal.excluded;
    if (seal.disqualified > 0) context["disqualified"] = seal.disqualified;
    // Nearly always the list is sealed in the minute in which it was stopped.
    if (const auto stopped_at = certificate_.campaign->finishing_at;
        stopped_at && time(*stopped_at) != time(seal.sealed_at)) {
      context["stopped_at"] = time(*stopped_at);
    }
  }

  void add_draw(Json& context, const Transcript& transcript) const {
    context["drawn"] = true;
    if (const auto at = certificate_.campaign->finished_at) context["drawn_at"] = time(*at);
    context["secret"] = to_hex(transcript.reveal.secret);
    context["value"] = transcript.reveal.value;
    context["seed"] = to_hex(transcript.seed);
    context["transcript_link"] = url_ + "/draw.json";
    context["verify_commands"] = check_commands(url_) + "\ncurl -fsSO " +
                                 shell_word(addresses_.verifier) +
                                 "\npython3 verify_draw.py draw.json --leaves leaves.txt";
    static const std::string script_hash = to_hex(sha256(verifier_script()));
    context["script_hash"] = script_hash;
    context["script_name"] = "verify_draw.py";
    context["holders"] = holders_context(transcript, certificate_.drawn, settings_, locale_);
    const Seal& seal = transcript.seal;
    if (seal.entrants < seal.winners) context["unassigned"] = seal.winners - seal.entrants;
    Json waiting = Json::array();
    for (const Drawn& one : certificate_.drawn) {
      if (state_of(one) == PrizeState::waiting) waiting.push_back(row_of(one));
    }
    context["has_waiting"] = !waiting.empty();
    context["waiting"] = std::move(waiting);
    context["changes"] = changes(transcript);
    context["has_changes"] = !transcript.events.empty();
  }

  // What has happened since the draw. Why an organiser disqualified somebody is in their own words;
  // the other reasons are the program's, and told in the reader's language.
  Json changes(const Transcript& transcript) const {
    Prizes prizes(transcript.seal.winners, static_cast<std::int64_t>(transcript.drawn.size()));
    const auto ticket_of = [&](std::int64_t position) {
      return transcript.drawn.at(static_cast<std::size_t>(position - 1)).ticket;
    };
    Json rows = Json::array();
    for (const DrawEvent& event : transcript.events) {
      const bool had_prize = prizes.has(event.position);
      prizes.disqualify(event.position);
      Json row = {{"at", time(event.at)},
                  {"ticket", ticket_of(event.position)},
                  {"reason", event.reason},
                  {"promoted", nullptr},
                  {"to_nobody", had_prize && !event.promoted}};
      if (event.promoted) row["promoted"] = ticket_of(*event.promoted);
      switch (event.kind) {
        case DrawEventKind::disqualified:
          row["is_disqualified"] = true;
          break;
        case DrawEventKind::unclaimed:
          row["is_unclaimed"] = true;
          break;
        case DrawEventKind::unreachable:
          row[event.reason == kWithdrawn ? "is_withdrawn" : "is_unreachable"] = true;
          break;
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  const DrawCertificate& certificate_;
  const CampaignSettings& settings_;
  const DrawAddresses& addresses_;
  const std::string& url_;
  const Locale locale_;
};

}  // namespace

std::string_view verifier_script() {
  return embedded_scripts().front().content;
}

Json certificate_context(const DrawCertificate& certificate, const DrawAddresses& addresses,
                         Locale locale) {
  return CertificateWriter(certificate, addresses, locale).write();
}

Json holders_context(const Transcript& transcript, const std::vector<Drawn>& drawn,
                     const CampaignSettings& settings, Locale locale) {
  std::map<std::int64_t, const Drawn*> by_place;
  for (const Drawn& one : drawn) {
    if (has_prize(state_of(one))) by_place[prize_place(one.position, transcript.events)] = &one;
  }
  Json rows = Json::array();
  const std::int64_t prizes = std::min(transcript.seal.winners, transcript.seal.entrants);
  for (std::int64_t place = 1; place <= prizes; ++place) {
    const auto found = by_place.find(place);
    const bool is_free = found == by_place.end();
    Json row = is_free ? Json{{"is_free", true}} : row_of(*found->second);
    if (!is_free) row["is_" + std::string(to_text(state_of(*found->second)))] = true;
    const Prize* prize = prize_at(transcript.terms.prizes, place);
    row["place"] = place;
    row["prize"] = prize != nullptr ? text_of(*prize, settings, locale) : "";
    rows.push_back(std::move(row));
  }
  return rows;
}

Json proof_context(const Proof& proof) {
  Json path = Json::array();
  for (const Hash& node : proof.path) path.push_back(to_hex(node));
  return {{"is_in", true},
          {"ticket", proof.ticket},
          {"place", proof.index + 1},
          {"entrants", proof.entrants},
          {"key", to_hex(proof.key)},
          {"leaf", to_hex(proof.leaf)},
          {"root", to_hex(proof.root)},
          {"has_path", !path.empty()},
          {"path", std::move(path)}};
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
