#include "api/draw_endpoints.h"

#include "api/campaign_json.h"
#include "api/link_token.h"
#include "api/not_published.h"
#include "api/paging.h"
#include "api/participant_page.h"
#include "promotions/base/encoding.h"
#include "promotions/base/normal_form.h"
#include "promotions/base/time_text.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/email_address.h"
#include "promotions/http/body.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

constexpr int kMaxPosition = 2000;                           // 1000 winners, 1000 alternates
constexpr Millis kFinishPatience = std::chrono::seconds(5);  // then 202, and the jobs go on
constexpr std::size_t kLineBytes = 2 * sizeof(Hash) + 1;     // of leaves.txt: hex and a line feed

Answer to_answer(NotPublished what, const CampaignPtr& campaign) {
  if (what == NotPublished::no_such_campaign) return no_such_campaign();
  return refuse_to({campaign}, problem_of(what));
}

// For the page of a finish: whose turn it was, which prize, and what has become of it.
Json rows_of(const FinishResult& result, bool winners, Locale locale) {
  const CampaignSettings& settings = result.campaign->settings;
  Json rows = Json::array();
  for (const Drawn& one : result.drawn) {
    if (one.winner != winners) continue;
    Json row = {{"position", one.position},
                {"ticket", one.ticket},
                {"email", shown_address(one.email)},
                {"is_" + std::string(to_text(state_of(one))), true}};
    if (const Prize* prize = prize_at(settings.prizes, prize_place(one.position, result.events))) {
      row["prize"] = prize->name.in(locale, Locale::of(settings.locale));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Answer finished(const FinishResult& result) {
  const Time finished_at = result.campaign->finished_at.value();
  return with_page(ok({{"status", "finished"},
                       {"campaign", result.campaign->slug},
                       {"entrants", result.entrants},
                       {"winners", to_json(result, true)},
                       {"alternates", to_json(result, false)},
                       {"finished_at", to_rfc3339(finished_at)}}),
                   page_of(Page::finished, {result.campaign}, [result, finished_at](Locale locale) {
                     const CampaignSettings& settings = result.campaign->settings;
                     return Json{
                         {"entrants", result.entrants},
                         {"winners", rows_of(result, true, locale)},
                         {"alternates", rows_of(result, false, locale)},
                         {"finished_at", to_local_text(finished_at, settings.time_zone, locale)}};
                   }));
}

std::string text_of(const std::vector<Hash>& leaves) {
  std::string text;
  text.reserve(leaves.size() * kLineBytes);
  for (const Hash& leaf : leaves) text.append(to_hex(leaf)).append("\n");
  return text;
}

// Answers with the record, or with why there is none.
template <typename Record>
Answer to_answer(const Published<Record>& published, const CampaignPtr& campaign) {
  if (const auto* none = std::get_if<NotPublished>(&published)) return to_answer(*none, campaign);
  return ok(OrderedJson(to_json(std::get<Record>(published))));
}

// The reason is published with the draw, so it must be one line of text, in its normal form.
std::optional<std::string> read_reason(FieldReader& fields) {
  const auto reason = fields.required_text("reason");
  if (!reason) return std::nullopt;
  std::string stored = to_nfc(trim_ascii(*reason));
  if (is_blank(stored) || !is_event_reason(stored)) {
    fields.wrong("reason", "out_of_range", "must be 1 to 500 characters on one line");
  } else if (has_unassigned(stored)) {
    fields.wrong("reason", "invalid", "has a character that Unicode does not know (yet)");
  }
  return stored;
}

// The name of the prize in the campaign's language; null if none is listed.
OrderedJson prize_json(const ClaimResult& result) {
  if (!result.prize) return nullptr;
  const Locale own = Locale::of(result.campaign->settings.locale);
  return result.prize->name.in(own, own);
}

// What the pages of a claim say: which prize, and until when.
Json claim_context(const std::string& token, const ClaimResult& result, Locale locale) {
  const CampaignSettings& settings = result.campaign->settings;
  Json context = {{"action", "claim"},
                  {"token", token},
                  {"position", result.drawn.position},
                  {"ticket", result.drawn.ticket}};
  if (result.prize) {
    const Locale own = Locale::of(settings.locale);
    context["prize"] = result.prize->name.in(locale, own);
    context["prize_value"] = result.prize->value.in(locale, own);
  }
  if (const auto until = result.drawn.claim_until) {
    context["claim_until"] = to_local_text(*until, settings.time_zone, locale);
  }
  return context;
}

Answer refuse_disqualification(DisqualifyOutcome outcome) {
  switch (outcome) {
    case DisqualifyOutcome::no_such_subscriber:
      return refuse({ProblemCode::not_found, "there is no such subscriber"});
    case DisqualifyOutcome::no_such_position:
      return refuse({ProblemCode::no_prize, "nobody was drawn at this position"});
    case DisqualifyOutcome::passed_on:
      return refuse({ProblemCode::no_prize, "the prize of this position has passed on"});
    case DisqualifyOutcome::not_drawn:
      return refuse({ProblemCode::campaign_not_finished,
                     "nobody was drawn yet; before the seal, disqualify the subscriber"});
    case DisqualifyOutcome::already_sealed:
      return refuse({ProblemCode::already_sealed,
                     "the list is sealed; after the draw, disqualify the position"});
    case DisqualifyOutcome::already_disqualified:
      return refuse({ProblemCode::already_disqualified, "is disqualified already"});
    case DisqualifyOutcome::no_such_campaign:
    case DisqualifyOutcome::disqualified:  // no refusal; callers do not ask for it
      break;
  }
  return no_such_campaign();
}

}  // namespace

// ---- finishing

Answer DrawEndpoints::finish_campaign(const Request& request) {
  const auto parsed = parse_body(request, BodyOf::participants);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return refuse(*problem);
  const auto slug = parameter(request, std::get<Json>(parsed), "campaign");
  if (!slug) return refuse(invalid_field("campaign", "required", "is required"));
  const auto value = parameter(request, std::get<Json>(parsed), "value");
  const Visitor visitor{campaigns_.find(*slug), {}};

  const FinishResult result =
      request.only_looks() ? draws_.peek_finish(*slug)
                           : draws_.finish_campaign(request.who, *slug, value, kFinishPatience);
  switch (result.outcome) {
    case FinishOutcome::finished:
      return finished(result);
    case FinishOutcome::finishing:
      break;
    case FinishOutcome::no_such_campaign:
      return no_such_campaign();
    case FinishOutcome::no_verified_subscribers:
      return refuse_to(visitor, {ProblemCode::no_verified_subscribers,
                                 "nobody who may take part has verified yet; the list stays open"});
    case FinishOutcome::not_closed:
      return refuse_to(
          visitor, {ProblemCode::not_closed, "closes_at has not come; to end earlier, change it"});
    case FinishOutcome::not_sealed:
      return refuse_to(visitor, {ProblemCode::not_sealed,
                                 "finish without a value first; it is given once the seal is public"
                                 " and the event has happened"});
    case FinishOutcome::value_known:
      return refuse_to(visitor,
                       {ProblemCode::value_known,
                        "the beacon's known_from is over; a list that is sealed now could have been"
                        " made for the value"});
    case FinishOutcome::invalid_value:
      return refuse_to(visitor, invalid_field("value", "invalid", result.problem));
    case FinishOutcome::value_fixed:
      return refuse_to(visitor,
                       {ProblemCode::value_fixed, "another value was given before, and stays"});
  }
  // Not finished yet: says what the draw waits for. After a request that only looks, the list may
  // even be open still, so the state is the campaign's own.
  const Campaign& campaign = *result.campaign;
  OrderedJson json = {{"status", to_text(campaigns_.state(campaign))}, {"campaign", campaign.slug}};
  if (result.needs_value) json["waiting_for"] = "value";
  if (result.beacon || (campaign.sealed_at && campaign.settings.beacon.kind == BeaconKind::drand)) {
    json["waiting_for"] = "beacon";
  }
  if (result.beacon && !result.beacon->reason.empty()) {
    const BeaconWait& wait = *result.beacon;
    json["detail"] = wait.reason;
    json["attempts"] = wait.attempts;
    json["since"] = to_rfc3339(wait.since);
    json["next_try_at"] = to_rfc3339(wait.next_try);
  }
  Answer answer = ok(std::move(json), campaign.finishing_at ? 202 : 200);
  answer.headers.emplace_back("Location",
                              base_path_ + "/finish_campaign?campaign=" + campaign.slug);
  return with_page(std::move(answer), page_of(Page::finishing, {result.campaign}));
}

// ---- what is public

Answer DrawEndpoints::seal(const Request& request) {
  const std::string& slug = request.path_parameters.at("slug");
  return to_answer(draws_.seal_of(slug), campaigns_.find(slug));
}

Answer DrawEndpoints::transcript(const Request& request) {
  const std::string& slug = request.path_parameters.at("slug");
  return to_answer(draws_.transcript(slug), campaigns_.find(slug));
}

// Streams one chunk of leaves as one block. What is sealed never changes, so the size is known
// before.
Answer DrawEndpoints::leaves(const Request& request) {
  const std::string& slug = request.path_parameters.at("slug");
  const CampaignPtr campaign = campaigns_.find(slug);
  const auto seal = draws_.seal_of(slug);
  if (const auto* none = std::get_if<NotPublished>(&seal)) return to_answer(*none, campaign);
  if (!campaign) return no_such_campaign();
  return {200,
          StreamedBody{"text/plain; charset=utf-8",
                       static_cast<std::size_t>(std::get<Seal>(seal).entrants) * kLineBytes,
                       [this, id = campaign->id, chunk = std::int64_t{0}]() mutable {
                         return text_of(draws_.leaves(id, chunk++));
                       }},
          {},
          {}};
}

// ---- prizes

Answer DrawEndpoints::claim(const Request& request) {
  return claim(link_token(request),
               request.only_looks() ? VerifyIntent::look : VerifyIntent::open_link);
}

Answer DrawEndpoints::confirm_claim(const Request& request) {
  const auto parsed = parse_body(request, BodyOf::participants);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return refuse(*problem);
  return claim(link_token(request, std::get<Json>(parsed)), VerifyIntent::confirm);
}

Answer DrawEndpoints::claim(const std::string& token, VerifyIntent intent) {
  const ClaimResult result = draws_.claim(token, intent);
  const Visitor visitor{result.campaign, result.locale};
  const auto answer = [&](std::string_view status, Page page) {
    return with_page(ok({{"status", status},
                         {"campaign", result.campaign->slug},
                         {"position", result.drawn.position},
                         {"ticket", result.drawn.ticket},
                         {"prize", prize_json(result)},
                         {"claim_until", time_json(result.drawn.claim_until)}}),
                     page_of(page, visitor, [token, result](Locale locale) {
                       return claim_context(token, result, locale);
                     }));
  };
  switch (result.outcome) {
    case ClaimOutcome::claimed:
      return answer("claimed", Page::claimed);
    case ClaimOutcome::already_claimed:
      return answer("already_claimed", Page::already_claimed);
    case ClaimOutcome::pending:
      return answer("confirmation_required", Page::claim_confirm);
    case ClaimOutcome::over:
      return refuse({ProblemCode::token_expired,
                     "the time to claim is over, or the prize has gone to somebody else"},
                    page_of(Page::claim_over, visitor));
    case ClaimOutcome::invalid_token:
      break;
  }
  return refuse({ProblemCode::invalid_token, "the link is not valid, or no longer"},
                page_of(Page::token_invalid, visitor));
}

Answer DrawEndpoints::disqualify(const Request& request) {
  const auto parsed = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return refuse(*problem);
  const Json& body = std::get<Json>(parsed);
  FieldReader fields(body);
  fields.allow_only({"position", "reason"});
  const auto reason = read_reason(fields);
  int position = 0;
  const auto found = body.find("position");
  if (found == body.end()) {
    fields.wrong("position", "required", "is required");
  } else if (!found->is_number_integer()) {
    fields.wrong("position", "wrong_type", "must be a whole number");
  } else if (*found < 1 || *found > kMaxPosition) {
    fields.wrong("position", "out_of_range", "must be from 1 to " + std::to_string(kMaxPosition));
  } else {
    position = found->get<int>();
  }
  if (fields.failed()) return refuse(fields.problem());
  const std::string& slug = request.path_parameters.at("slug");
  const auto result = draws_.disqualify(request.who, slug, position, *reason);
  if (result.outcome != DisqualifyOutcome::disqualified) {
    return refuse_disqualification(result.outcome);
  }
  const DrawEvent& event = result.event;
  return ok({{"status", "disqualified"},
             {"campaign", slug},
             {"at", to_rfc3339(event.at)},
             {"position", event.position},
             {"reason", event.reason},
             {"promoted", event.promoted ? OrderedJson(*event.promoted) : OrderedJson(nullptr)}});
}

Answer DrawEndpoints::disqualify_subscriber(const Request& request) {
  const auto parsed = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return refuse(*problem);
  const Json& body = std::get<Json>(parsed);
  FieldReader fields(body);
  fields.allow_only({"reason"});
  const auto reason = read_reason(fields);
  if (fields.failed()) return refuse(fields.problem());
  const std::string& slug = request.path_parameters.at("slug");
  const auto id = parse_id(request.path_parameters.at("id"));
  if (!id) return refuse({ProblemCode::not_found, "there is no such subscriber"});
  const auto result = draws_.disqualify_subscriber(request.who, slug, *id, *reason);
  if (result.outcome != DisqualifyOutcome::disqualified) {
    return refuse_disqualification(result.outcome);
  }
  return ok(
      {{"status", "disqualified"}, {"campaign", slug}, {"subscriber", *id}, {"reason", *reason}});
}

Answer DrawEndpoints::correct_winner(const Request& request) {
  const auto parsed = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return refuse(*problem);
  FieldReader fields(std::get<Json>(parsed));
  fields.allow_only({"email"});
  const auto text = fields.required_text("email");
  if (fields.failed()) return refuse(fields.problem());
  const auto email = EmailAddress::parse(*text);
  if (!email) {
    return refuse(
        {ProblemCode::invalid_email, "email must be a whole address, as ana@example.org"});
  }
  const std::string& slug = request.path_parameters.at("slug");
  const auto position = parse_id(request.path_parameters.at("position"));
  if (!position || *position > kMaxPosition) {
    return refuse({ProblemCode::not_found, "nobody was drawn at this position"});
  }
  const auto result =
      draws_.correct_address(request.who, slug, static_cast<int>(*position), *email);
  switch (result.outcome) {
    case CorrectOutcome::corrected:
      for (const bool winners : {true, false}) {
        for (OrderedJson& row : to_json(result.now, winners)) {
          if (row["position"] == *position) return ok(std::move(row));
        }
      }
      break;
    case CorrectOutcome::no_such_campaign:
      break;
    case CorrectOutcome::no_such_position:
      return refuse({ProblemCode::not_found, "nobody was drawn at this position"});
    case CorrectOutcome::not_drawn:
      return refuse({ProblemCode::campaign_not_finished, "nobody was drawn yet"});
    case CorrectOutcome::not_unreachable:
      return refuse({ProblemCode::not_unreachable,
                     "only an address whose winner's mail was refused for good can be corrected"});
  }
  return no_such_campaign();
}

}  // namespace promotions
