#include "promotions/api/api.h"

#include "api/admin_endpoints.h"
#include "api/campaign_pages.h"
#include "api/draw_endpoints.h"
#include "api/draw_page.h"
#include "api/public_endpoints.h"
#include "promotions/render/assets.h"

namespace promotions {
namespace {

template <typename Endpoints>
PatientHandler bind(Endpoints& endpoints, Answer (Endpoints::*handler)(const Request&)) {
  return [&endpoints, handler](const Request& request) { return (endpoints.*handler)(request); };
}

template <typename Endpoints>
SwiftHandler bind(Endpoints& endpoints, void (Endpoints::*handler)(const Request&, PendingReply)) {
  return [&endpoints, handler](const Request& request, PendingReply reply) {
    (endpoints.*handler)(request, std::move(reply));
  };
}

}  // namespace

struct Api::Impl {
  Impl(const ApiOptions& options, const ApiServices& services)
      : known_campaigns(services.campaigns),
        participants(services.campaigns, services.sign_ups,
                     {options.public_url, options.sender_name, options.sender_address}),
        draws(services.campaigns, services.draws, options.base_path, options.public_url),
        pages(services.campaigns, services.draws, options.public_url),
        campaigns(services.campaigns, services.sign_ups, options.base_path, options.drand_chain),
        queue(services.queue),
        accounts(services.accounts),
        verifier{"text/x-python; charset=utf-8", verifier_script(), Caching::hour, nullptr, false} {
  }

  std::vector<Route> routes();
  std::vector<Route> routes_by_audience();

  Campaigns& known_campaigns;
  PublicEndpoints participants;
  DrawEndpoints draws;
  CampaignPages pages;
  CampaignEndpoints campaigns;
  QueueEndpoints queue;
  AccountEndpoints accounts;
  const Asset verifier;
};

// The one table of paths. A request is matched in the order of its rows, but paths without {names}
// come first.
std::vector<Route> Api::Impl::routes() {
  std::vector<Route> routes = routes_by_audience();
  for (const PageAsset& asset : page_assets()) {
    const Asset served{asset.media_type, asset.bytes, Caching::forever, nullptr, false};
    routes.push_back({"GET", asset.path, Audience::anybody,
                      SwiftHandler([served](const Request&, PendingReply reply) {
                        reply.send({200, served, {}, {}});
                      })});
  }
  return routes;
}

std::vector<Route> Api::Impl::routes_by_audience() {
  using P = PublicEndpoints;
  using D = DrawEndpoints;
  using C = CampaignEndpoints;
  using Q = QueueEndpoints;
  using A = AccountEndpoints;
  constexpr Audience participant = Audience::participant;
  constexpr Audience anybody = Audience::anybody;
  constexpr Audience admin = Audience::admin;
  constexpr Audience owner = Audience::owner;
  constexpr Pages has_page = Pages::where_asked;
  return {
      {"GET", "/", anybody, bind(participants, &P::front_page), has_page},
      {"POST", "/add_subscriber", participant, bind(participants, &P::add_subscriber), has_page},
      {"GET", "/verify_subscriber", participant, bind(participants, &P::verify_subscriber),
       has_page},
      {"POST", "/verify_subscriber", participant, bind(participants, &P::confirm_subscriber),
       has_page},
      {"GET", "/finish_campaign", admin, bind(draws, &D::finish_campaign), has_page,
       Effect::always},
      {"POST", "/finish_campaign", admin, bind(draws, &D::finish_campaign), has_page,
       Effect::always},
      {"GET", "/claim", participant, bind(draws, &D::claim), has_page},
      {"POST", "/claim", participant, bind(draws, &D::confirm_claim), has_page},
      {"GET", "/c/{slug}.json", participant, bind(pages, &CampaignPages::json)},
      {"GET", "/c/{slug}", participant, bind(pages, &CampaignPages::page), has_page},
      {"GET", "/c/{slug}/embed", participant, bind(pages, &CampaignPages::embed), Pages::always},
      {"GET", "/withdraw", participant, bind(participants, &P::withdraw), has_page},
      {"POST", "/withdraw", participant, bind(participants, &P::confirm_withdrawal), has_page},
      {"GET", "/c/{slug}/terms.json", participant, bind(draws, &D::terms)},
      {"GET", "/c/{slug}/rules", participant, bind(draws, &D::rules), has_page},
      {"GET", "/c/{slug}/seal.json", participant, bind(draws, &D::seal)},
      {"GET", "/c/{slug}/draw.json", participant, bind(draws, &D::transcript)},
      {"GET", "/c/{slug}/leaves.txt", participant, bind(draws, &D::leaves)},
      {"GET", "/c/{slug}/proof", participant, bind(draws, &D::proof), has_page},
      {"GET", "/c/{slug}/draw", participant, bind(draws, &D::page), Pages::always},
      {"GET", "/embed.js", anybody, SwiftHandler([](const Request&, PendingReply reply) {
         const PageAsset& script = page_asset("embed");
         reply.send(
             {200, Asset{script.media_type, script.bytes, Caching::hour, nullptr, true}, {}, {}});
       })},
      {"GET", "/verify_draw.py", anybody, SwiftHandler([this](const Request&, PendingReply reply) {
         reply.send({200, verifier, {}, {}});
       })},

      {"GET", "/api/v1/campaigns", admin, bind(campaigns, &C::list)},
      {"POST", "/api/v1/campaigns", admin, bind(campaigns, &C::create)},
      {"GET", "/api/v1/campaigns/{slug}", admin, bind(campaigns, &C::show)},
      {"PATCH", "/api/v1/campaigns/{slug}", admin, bind(campaigns, &C::update)},
      {"DELETE", "/api/v1/campaigns/{slug}", admin, bind(campaigns, &C::remove)},
      {"GET", "/api/v1/campaigns/{slug}/subscribers", admin, bind(campaigns, &C::list_subscribers)},
      {"DELETE", "/api/v1/campaigns/{slug}/subscribers/{id}", admin,
       bind(campaigns, &C::erase_subscriber)},
      {"POST", "/api/v1/campaigns/{slug}/subscribers/{id}/disqualify", admin,
       bind(draws, &D::disqualify_subscriber)},
      {"POST", "/api/v1/campaigns/{slug}/disqualify", admin, bind(draws, &D::disqualify)},
      {"PATCH", "/api/v1/campaigns/{slug}/winners/{position}", admin,
       bind(draws, &D::correct_winner)},

      {"GET", "/api/v1/jobs", admin, bind(queue, &Q::list_jobs)},
      {"POST", "/api/v1/jobs/retry", admin, bind(queue, &Q::retry_dead_jobs)},
      {"GET", "/api/v1/jobs/{id}", admin, bind(queue, &Q::show_job)},
      {"POST", "/api/v1/jobs/{id}/retry", admin, bind(queue, &Q::retry_job)},
      {"POST", "/api/v1/jobs/{id}/cancel", admin, bind(queue, &Q::cancel_job)},
      {"GET", "/api/v1/queue", admin, bind(queue, &Q::show_queue)},
      {"POST", "/api/v1/queue/pause", admin, bind(queue, &Q::pause)},
      {"POST", "/api/v1/queue/resume", admin, bind(queue, &Q::resume)},

      {"GET", "/healthz", anybody, SwiftHandler([](const Request&, PendingReply reply) {
         reply.send(ok({{"status", "ok"}}));
       })},
      {"GET", "/readyz", anybody, bind(queue, &Q::readiness)},

      {"GET", "/control/v1/accounts", owner, bind(accounts, &A::list)},
      {"POST", "/control/v1/accounts", owner, bind(accounts, &A::add)},
      {"PUT", "/control/v1/accounts/{name}", owner, bind(accounts, &A::change_password)},
      {"DELETE", "/control/v1/accounts/{name}", owner, bind(accounts, &A::remove)},
  };
}

Api::Api(const ApiOptions& options, const ApiServices& services)
    : impl_(std::make_unique<Impl>(options, services)) {}

Api::~Api() = default;

std::optional<std::vector<std::string>> Api::framed_by(std::string_view raw_query) const {
  return frames_of(impl_->known_campaigns, raw_query);
}

std::vector<Route> Api::routes() {
  return impl_->routes();
}

}  // namespace promotions
