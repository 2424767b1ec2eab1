#include "api/public_endpoints.h"

#include <algorithm>
#include <array>

#include "api/campaign_pages.h"
#include "api/closed_campaign.h"
#include "api/link_token.h"
#include "api/participant_page.h"
#include "api/sign_up_form.h"
#include "promotions/base/log.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/email_address.h"
#include "promotions/domain/locale.h"
#include "promotions/http/body.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

constexpr std::string_view kAgeConfirmed = "age_confirmed";

Answer rate_limited(std::string detail, Millis retry_after, const Visitor& visitor) {
  return refuse({ProblemCode::rate_limited, std::move(detail), {}, retry_after},
                page_of(Page::rate_limited, visitor, [retry_after] {
                  return Json{{"wait_minutes", wait_minutes(retry_after)}};
                }));
}

// What is wrong with each field, as codes: the page has the words in its own language.
Json errors_context(const FieldErrors& errors) {
  Json list = Json::array();
  bool about_email = false;
  for (const FieldError& error : errors) {
    if (error.field == "email" && error.code == "invalid_email") {
      about_email = true;  // the page has a sentence for it
      continue;
    }
    list.push_back({{"field", error.field}, {"error", {{error.code, true}}}});
  }
  return {{"errors", std::move(list)}, {"about_email", about_email}};
}

Answer invalid_input(const Problem& problem, const Visitor& visitor) {
  return refuse(problem, page_of(Page::invalid_input, visitor,
                                 [errors = problem.errors] { return errors_context(errors); }));
}

// A sign-up as it was sent, for the page that answers it.
struct Asked {
  CampaignPtr campaign{};  // null: none that there is
  std::string locale{};    // the language that it asks for; empty: none
  bool is_open = false;    // whether the campaign's form can be shown again
  FormPlace place = FormPlace::page;
  Json typed{};

  Visitor visitor() const { return {campaign, locale}; }
};

// Shows the form again with what was typed and what is wrong with it, if it can be mended there.
Answer invalid_input(const Problem& problem, const Asked& asked, const ParticipantWords& words) {
  if (!asked.is_open || !asked.campaign || !is_in_form(*asked.campaign, problem.errors)) {
    return invalid_input(problem, asked.visitor());
  }
  return refuse(problem, refused_form_page(asked.campaign, asked.locale, asked.place, asked.typed,
                                           problem.errors, words.public_url));
}

// A page that answers a form in a frame must be allowed in that frame.
Answer in_its_place(Answer answer, const Asked& asked) {
  if (asked.place == FormPlace::page) return answer;
  auto origins =
      asked.campaign ? asked.campaign->settings.embed_origins : std::vector<std::string>();
  if (!answer.page.make) {
    const auto* problem = std::get_if<Problem>(&answer.body);
    const Page page = problem == nullptr ? Page::error : page_for(problem->code);
    answer.page = page_of(page, asked.visitor(), [status = answer.status] {
      return Json{{"status", status}};
    });
  }
  answer.page = framed_by(std::move(answer.page), std::move(origins));
  return answer;
}

// Robots fill in every field; people do not see this one.
bool has_filled_trap(const Json& body) {
  const auto found = body.find(kTrapField);
  return found != body.end() &&
         !(found->is_string() && found->get_ref<const std::string&>().empty());
}

// The members that a sign-up can have.
constexpr std::array<std::string_view, 7> kMembers{"campaign", "email",    "data",       "locale",
                                                   "embed",    kTrapField, kAgeConfirmed};

// Returns the members of the body that mean nothing to the campaign. The answer lists them, so that
// a misspelt one is noticed at once.
std::vector<std::string> ignored_members(const Json& body, const Campaigns& campaigns,
                                         std::string_view slug) {
  const auto asks_age = [&] {
    const CampaignPtr campaign = campaigns.find(slug);
    return campaign && campaign->settings.minimum_age > 0;
  };
  std::vector<std::string> ignored;
  for (const auto& [name, value] : body.items()) {
    const bool is_known = std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end();
    if (!is_known || (name == kAgeConfirmed && !asks_age())) ignored.push_back(name);
  }
  return ignored;
}

Answer with_ignored(Answer answer, const std::vector<std::string>& ignored) {
  auto* json = std::get_if<OrderedJson>(&answer.body);
  if (json != nullptr && answer.status == 202 && !ignored.empty()) (*json)["ignored"] = ignored;
  return answer;
}

// Returns the sign-up's own `data`; what is in it is checked by the campaign's fields.
Json read_data(const Json& body, FieldReader& fields) {
  const auto found = body.find("data");
  if (found == body.end() || found->is_null()) return Json::object();
  if (found->is_object()) return *found;
  fields.wrong("data", "wrong_type", "must be an object");
  return Json::object();
}

// Returns the first language of ours that the sign-up asks for; empty: the campaign's. A language
// that we do not have is no reason to refuse a sign-up.
std::string read_locale(const Json& body) {
  const auto found = body.find("locale");
  if (found == body.end()) return {};
  const Json tags = found->is_array() ? *found : Json::array({*found});
  for (const Json& tag : tags) {
    const auto locale =
        tag.is_string() ? Locale::spoken(tag.get_ref<const std::string&>()) : std::nullopt;
    if (locale) return std::string(locale->tag());
  }
  return {};
}

std::string_view to_text(RepeatMail mail) {
  switch (mail) {
    case RepeatMail::none:
      return "none";
    case RepeatMail::sent:
      return "sent";
    case RepeatMail::waiting:
      return "waiting";
    case RepeatMail::limited:
    case RepeatMail::full:
      return "limited";
  }
  return "";
}

// The member of `mail` in the page's context. Programs get "limited" for two cases which the page
// explains separately.
std::string words_for(RepeatMail mail) {
  return mail == RepeatMail::full ? "full" : std::string(to_text(mail));
}

std::string detail_of(RepeatMail mail) {
  switch (mail) {
    case RepeatMail::none:
      return "the address is registered and confirmed already";
    case RepeatMail::sent:
      return "the address is registered already; a mail with a link has been sent to it";
    case RepeatMail::waiting:
      return "the address is registered already; the mail with the link was sent a moment ago";
    case RepeatMail::limited:
      return "the address is registered already; it gets no more mails today";
    case RepeatMail::full:
      return "the address is registered already, and as many other sign-ups of it as are kept wait "
             "to be confirmed; this one was not kept";
  }
  return {};
}

Answer already_registered(const SignUpResult& result, const Visitor& visitor) {
  Problem problem{ProblemCode::already_registered, detail_of(result.mail)};
  problem.members = {{"mail", to_text(result.mail)}};
  if (result.mail == RepeatMail::waiting) problem.retry_after = result.retry_after;
  return refuse(std::move(problem),
                page_of(Page::already_registered, visitor, [result, visitor](Locale locale) {
                  Json context = {{"mail", {{words_for(result.mail), true}}},
                                  {"email", shown_address(result.email)}};
                  if (result.mail == RepeatMail::waiting) {
                    context["sent_at"] = to_local_text(
                        result.mailed_at, visitor.campaign->settings.time_zone, locale);
                    context["wait_minutes"] = wait_minutes(result.retry_after);
                  }
                  return context;
                }));
}

Answer not_eligible(const Visitor& visitor) {
  return refuse({ProblemCode::not_eligible, "the campaign excludes this address"},
                page_of(Page::not_eligible, visitor));
}

Answer expired(const Visitor& visitor, bool may_sign_up) {
  const std::string what =
      may_sign_up ? "sign up again for a new one" : "the campaign takes no entries any more";
  return refuse({ProblemCode::token_expired, "the link has expired; " + what},
                page_of(Page::token_expired, visitor, [may_sign_up] {
                  return Json{{"may_sign_up", may_sign_up}};
                }));
}

Answer no_such_campaign(const Visitor& visitor) {
  return refuse_to(visitor, {ProblemCode::campaign_not_found, "there is no such campaign"});
}

// Who the mail will come from, as mail programs show it.
std::string sender_of(const Campaign& campaign, const ParticipantWords& words) {
  const std::string& own = campaign.settings.from_name;
  const std::string& name = own.empty() ? words.sender_name : own;
  return name.empty() ? words.sender_address : name + " <" + words.sender_address + ">";
}

// `words` must outlive the answer.
Answer answer_to(const SignUpResult& result, Asked asked, const ParticipantWords& words) {
  const CampaignPtr& campaign = result.campaign;
  // The campaign may have changed since the sign-up was read.
  asked.campaign = campaign;
  const Visitor visitor = asked.visitor();
  if (result.outcome == SignUpOutcome::invalid_fields) {
    return invalid_input(invalid_fields(result.errors), asked, words);
  }
  if (!campaign) return no_such_campaign(visitor);
  switch (result.outcome) {
    case SignUpOutcome::accepted:
      return with_page(ok({{"status", "pending_verification"},
                           {"campaign", campaign->slug},
                           {"email", result.email}},
                          202),
                       page_of(Page::pending_verification, visitor,
                               [campaign, words = &words, email = result.email] {
                                 Json context = {{"email", shown_address(email)},
                                                 {"sender", sender_of(*campaign, *words)}};
                                 // Nobody may learn whether a mail was sent now, so the page says
                                 // only what is always true.
                                 if (campaign->settings.duplicates == Duplicates::conceal)
                                   context["conceals"] = true;
                                 return context;
                               }));
    case SignUpOutcome::already_registered:
      return already_registered(result, visitor);
    case SignUpOutcome::too_many_sign_ups:
      return rate_limited("too many sign-ups from this address", result.retry_after, visitor);
    case SignUpOutcome::too_many_mails:
      return refuse(
          {ProblemCode::rate_limited, "too many mails to this address", {}, result.retry_after},
          page_of(Page::too_many_mails, visitor));
    case SignUpOutcome::not_yet:
      return refuse_closed(visitor, ClosedBecause::not_yet);
    case SignUpOutcome::over:
      return refuse_closed(visitor, ClosedBecause::over);
    case SignUpOutcome::not_eligible:
      return not_eligible(visitor);
    case SignUpOutcome::invalid_email:
      return invalid_input(
          {ProblemCode::invalid_email,
           "email must be an address such as name@example.org",
           {{"email", "invalid_email", "must be an address such as name@example.org"}}},
          asked, words);
    case SignUpOutcome::invalid_fields:  // answered above
    case SignUpOutcome::no_such_campaign:
      break;
  }
  return no_such_campaign(visitor);
}

Answer invalid_token(const Visitor& visitor) {
  return refuse({ProblemCode::invalid_token, "the link is not valid, or no longer"},
                page_of(Page::token_invalid, visitor));
}

Answer answer_to(const VerifyResult& result, const std::string& token) {
  const Visitor visitor{result.campaign, result.locale};
  switch (result.outcome) {
    case VerifyOutcome::verified:
      return with_page(ok({{"status", "verified"}, {"campaign", result.campaign->slug}}),
                       page_of(Page::verified, visitor));
    case VerifyOutcome::already_verified:
      return with_page(
          ok({{"status", "already_verified"}, {"campaign", result.campaign->slug}}),
          page_of(result.campaign->finished_at ? Page::already_drawn : Page::already_verified,
                  visitor));
    case VerifyOutcome::pending:
      // The action is relative, so it holds whatever path a proxy serves us under.
      return with_page(
          ok({{"status", "confirmation_required"}, {"campaign", result.campaign->slug}}),
          page_of(Page::confirm, visitor, [token] {
            return Json{{"action", "verify_subscriber"}, {"token", token}};
          }));
    case VerifyOutcome::expired:
      return expired(visitor, result.may_sign_up);
    case VerifyOutcome::over:
      return refuse_closed(visitor, ClosedBecause::over);
    case VerifyOutcome::not_eligible:
      return not_eligible(visitor);
    case VerifyOutcome::invalid_token:
      break;
  }
  return invalid_token(visitor);
}

Answer answer_to(const WithdrawResult& result, const std::string& token) {
  const Visitor visitor{result.campaign, result.locale};
  const auto answer = [&](std::string_view status, Page page) {
    OrderedJson json = {{"status", status}};
    if (result.campaign) json["campaign"] = result.campaign->slug;
    // The action is relative, so it holds whatever path a proxy serves us under.
    return with_page(
        ok(std::move(json)), page_of(page, visitor, [result, token] {
          Json context = {{"action", "withdraw"}, {"token", token}, {"sealed", result.is_sealed}};
          if (result.ticket) context["ticket"] = *result.ticket;
          return context;
        }));
  };
  switch (result.outcome) {
    case WithdrawOutcome::withdrawn:
    case WithdrawOutcome::already_withdrawn:
      return answer("withdrawn", Page::withdrawn);
    case WithdrawOutcome::pending:
      return answer("confirmation_required", Page::withdraw_confirm);
    case WithdrawOutcome::disqualified:
      return not_eligible(visitor);
    case WithdrawOutcome::invalid_token:
      break;
  }
  return invalid_token(visitor);
}

}  // namespace

// For people who open the server's own address, and for programs that check whether it is there.
void PublicEndpoints::front_page(const Request& /*request*/, PendingReply reply) {
  reply.send_later([] {
    return with_page(ok({{"service", "promotions"}}), page_of(Page::front_page, {}));
  });
}

void PublicEndpoints::add_subscriber(const Request& request, PendingReply reply) {
  const auto parsed = parse_body(request, BodyOf::participants);
  const auto refuse_later = [&reply](Answer answer) {
    reply.send_later([answer = std::move(answer)]() mutable { return std::move(answer); });
  };
  if (const auto* problem = std::get_if<Problem>(&parsed)) {
    return refuse_later(problem->errors.empty() ? refuse(*problem) : invalid_input(*problem, {}));
  }
  const Json& body = std::get<Json>(parsed);
  FieldReader fields(body);
  const auto slug = fields.required_text("campaign");
  const auto email = fields.required_text("email");
  SignUp sign_up{.campaign = slug ? std::string_view(*slug) : std::string_view(),
                 .email = email ? std::string_view(*email) : std::string_view(),
                 .data = read_data(body, fields),
                 .locale = read_locale(body),
                 .who = request.who,
                 .form = is_form(request) ? DataForm::form : DataForm::json};
  if (const auto age = body.find(kAgeConfirmed); age != body.end()) sign_up.age_confirmed = *age;
  sign_up.errors = fields.errors();
  Asked asked{.locale = sign_up.locale};
  const bool is_trapped = has_filled_trap(body);
  if (request.prefers_html() || is_trapped) {
    asked.campaign = campaigns_.find(sign_up.campaign);
    asked.is_open = asked.campaign && campaigns_.state(*asked.campaign) == CampaignState::open;
    if (body.contains("embed")) asked.place = FormPlace::embed;
    asked.typed = body;
  }
  if (asked.is_open && is_trapped && email) {
    logs::routine(
        "request={} campaign={} trapped: a robot filled in the hidden field; nothing is stored",
        request.id, asked.campaign->slug);
    const SignUpResult pretended{
        .outcome = SignUpOutcome::accepted, .campaign = asked.campaign, .email = *email};
    return refuse_later(in_its_place(answer_to(pretended, asked, words_), asked));
  }
  // The callback may run on the writer's thread, so it only hands the result on.
  sign_ups_.add_subscriber(
      sign_up,
      [this, ignored = ignored_members(body, campaigns_, sign_up.campaign),
       asked = std::move(asked), reply = std::move(reply)](Completion<SignUpResult> done) mutable {
        reply.send_later([this, ignored = std::move(ignored), asked = std::move(asked),
                          done = std::move(done)]() mutable {
          return with_ignored(in_its_place(answer_to(done.take(), asked, words_), asked), ignored);
        });
      });
}

void PublicEndpoints::verify_subscriber(const Request& request, PendingReply reply) {
  verify(link_token(request), request.only_looks() ? VerifyIntent::look : VerifyIntent::open_link,
         std::move(reply));
}

void PublicEndpoints::confirm_subscriber(const Request& request, PendingReply reply) {
  const auto parsed = parse_body(request, BodyOf::participants);
  if (const auto* problem = std::get_if<Problem>(&parsed)) {
    return reply.send_later([answer = refuse(*problem)]() mutable { return std::move(answer); });
  }
  verify(link_token(request, std::get<Json>(parsed)), VerifyIntent::confirm, std::move(reply));
}

void PublicEndpoints::withdraw(const Request& request, PendingReply reply) {
  withdraw(link_token(request), VerifyIntent::look, std::move(reply));
}

void PublicEndpoints::confirm_withdrawal(const Request& request, PendingReply reply) {
  const auto parsed = parse_body(request, BodyOf::participants);
  if (const auto* problem = std::get_if<Problem>(&parsed)) {
    return reply.send_later([answer = refuse(*problem)]() mutable { return std::move(answer); });
  }
  withdraw(link_token(request, std::get<Json>(parsed)), VerifyIntent::confirm, std::move(reply));
}

void PublicEndpoints::withdraw(const std::string& token, VerifyIntent intent, PendingReply reply) {
  sign_ups_.withdraw(
      token, intent, [token, reply = std::move(reply)](Completion<WithdrawResult> done) mutable {
        reply.send_later(
            [token, done = std::move(done)]() mutable { return answer_to(done.take(), token); });
      });
}

void PublicEndpoints::verify(const std::string& token, VerifyIntent intent, PendingReply reply) {
  sign_ups_.verify_subscriber(
      token, intent, [token, reply = std::move(reply)](Completion<VerifyResult> done) mutable {
        reply.send_later(
            [token, done = std::move(done)]() mutable { return answer_to(done.take(), token); });
      });
}

}  // namespace promotions
