// The part of DrawEndpoints for people: the certificate of a draw, and the place of a ticket in its
// list.
#include <algorithm>

#include "api/draw_endpoints.h"
#include "api/draw_page.h"
#include "api/not_published.h"
#include "api/paging.h"
#include "api/participant_page.h"
#include "promotions/base/encoding.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

OrderedJson to_json(const Proof& proof) {
  OrderedJson path = OrderedJson::array();
  for (const Hash& node : proof.path) path.push_back(to_hex(node));
  return {{"ticket", proof.ticket},     {"index", proof.index},       {"key", to_hex(proof.key)},
          {"leaf", to_hex(proof.leaf)}, {"entrants", proof.entrants}, {"root", to_hex(proof.root)},
          {"path", std::move(path)}};
}

// The terms that the seal names; before it, those in force. nullopt if the campaign is deleted.
std::optional<PublishedTerms> terms_of(const std::vector<PublishedTerms>& versions,
                                       const std::optional<Seal>& seal) {
  if (versions.empty()) return std::nullopt;
  if (!seal) return versions.back();
  const auto sealed =
      std::find_if(versions.begin(), versions.end(),
                   [&](const PublishedTerms& one) { return one.hash == seal->terms; });
  return sealed == versions.end() ? std::nullopt : std::optional(*sealed);
}

MakePage proof_page(const CampaignPtr& campaign, Json context) {
  return page_of(Page::proof, {campaign}, [context = std::move(context)] { return context; });
}

// Before the seal: when it will be.
MakePage early_proof_page(const CampaignPtr& campaign) {
  return page_of(Page::proof, {campaign}, [campaign](Locale locale) {
    const CampaignSettings& settings = campaign->settings;
    Json context = {{"before", true}};
    if (settings.closes_at) {
      context["closes_at"] = to_local_text(*settings.closes_at, settings.time_zone, locale);
    }
    return context;
  });
}

Json missing_context(NotEntered why, std::int64_t ticket) {
  Json context = {{"not_in", true}, {"ticket", ticket}};
  switch (why) {
    case NotEntered::unknown:
      context["unknown"] = true;
      break;
    case NotEntered::excluded:
      context["excluded"] = true;
      break;
    case NotEntered::disqualified:
      context["disqualified"] = true;
      break;
  }
  return context;
}

}  // namespace

Answer DrawEndpoints::proof(const Request& request) {
  const std::string& slug = request.path_parameters.at("slug");
  const CampaignPtr campaign = campaigns_.find(slug);
  if (!campaign) return no_such_campaign();
  const auto ticket = request.query("ticket");
  const auto number = ticket ? parse_id(*ticket) : std::nullopt;
  // That there is no list (yet) comes before what is wrong with the ticket. An unreadable number
  // becomes ticket 0, which nobody has.
  const auto found = draws_.proof(slug, number.value_or(0));
  if (const auto* proof = std::get_if<Proof>(&found)) {
    return with_page(ok(to_json(*proof)), proof_page(campaign, proof_context(*proof)));
  }
  const NotPublished why = std::get<NotPublished>(found);
  if (why == NotPublished::no_such_campaign) return no_such_campaign();  // deleted meanwhile
  if (why != NotPublished::no_such_ticket) {
    return refuse(problem_of(why), early_proof_page(campaign));
  }
  const MakePage ask = proof_page(campaign, {{"ask", true}});
  if (!ticket) return refuse(invalid_field("ticket", "required", "is required"), ask);
  if (!number) return refuse(problem_of(why), ask);
  return refuse(
      problem_of(why),
      proof_page(campaign, missing_context(draws_.why_not_entered(*campaign, *number), *number)));
}

Answer DrawEndpoints::page(const Request& request) {
  const std::string& slug = request.path_parameters.at("slug");
  DrawCertificate certificate;
  certificate.campaign = campaigns_.find(slug);
  if (!certificate.campaign) return no_such_campaign();
  const CampaignPtr campaign = certificate.campaign;
  certificate.state = campaigns_.state(*campaign);
  const auto seal = draws_.seal_of(slug);
  if (const auto* sealed = std::get_if<Seal>(&seal)) certificate.seal = *sealed;
  const auto terms = terms_of(campaigns_.terms(campaign->id), certificate.seal);
  if (!terms) return no_such_campaign();
  certificate.terms = *terms;
  auto transcript = draws_.transcript(slug);
  if (auto* drawn = std::get_if<Transcript>(&transcript)) {
    certificate.transcript = std::move(*drawn);
    certificate.drawn = draws_.drawn(campaign->id);
  }
  const bool is_sealed = certificate.seal.has_value();
  const Page page = is_sealed ? Page::draw : Page::draw_not_sealed;
  const DrawAddresses addresses{public_url_ + "/c/" + slug, public_url_ + "/verify_draw.py"};
  MakePage made =
      page_of(page, {campaign}, [certificate = std::move(certificate), addresses](Locale locale) {
        return certificate_context(certificate, addresses, locale);
      });
  if (!is_sealed) return refuse(problem_of(NotPublished::not_sealed), std::move(made));
  return with_page(ok(OrderedJson(promotions::to_json(std::get<Seal>(seal)))), std::move(made));
}

}  // namespace promotions
