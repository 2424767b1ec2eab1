#include "http/answer_writer.h"

#include <string>

#include "promotions/http/router.h"

namespace promotions {
namespace {

constexpr char kProblemJson[] = "application/problem+json";

// The relative way from the request's path up to the base path. It holds whatever path a proxy
// serves us under.
std::string way_up(const Request& request) {
  std::string way;
  for (std::size_t i = 0; i < request.depth(); ++i) way += "../";
  return way;
}

Pages pages_of(const Exchange& exchange) {
  return exchange.path == nullptr ? Pages::where_asked : exchange.path->pages;
}

bool is_for_participants(const Exchange& exchange) {
  return exchange.path != nullptr && exchange.path->audience == Audience::participant;
}

// What the reader chose comes before what the browser asks for, and that before the campaign's
// language.
Locale language_of(const Request& request, const MakePage& page) {
  if (page.readers) return *page.readers;
  return request.asked_locale().value_or(page.campaigns.value_or(Locale()));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

}  // namespace

AnswerWriter::AnswerWriter(const HttpOptions& options, const HttpServices& services)
    : pages_(services.pages),
      common_(services.clock),
      cors_(options.cors_origins),
      framed_by_(services.framed_by) {}

bool AnswerWriter::asks_for_page(const Exchange& exchange) {
  const Pages pages = pages_of(exchange);
  return pages == Pages::always || (pages == Pages::where_asked && exchange.request.prefers_html());
}

AnswerContent AnswerWriter::write(const Exchange& exchange, const Answer& answer) const {
  AnswerContent content{.status = answer.status};
  HeadFields& fields = content.fields;
  common_.apply(exchange.request.id, fields);
  for (const auto& [name, value] : answer.headers) fields.add(name, value);
  ResourcePolicy::apply(answer, fields);
  cors_.apply(exchange, fields);
  RefusalPolicy::apply(answer, fields);
  CachePolicy::apply(answer, fields);
  if (const auto* asset = std::get_if<Asset>(&answer.body)) {
    content.media_type = asset->media_type;
    content.body = asset->bytes;
    return content;
  }
  const auto* problem = std::get_if<Problem>(&answer.body);
  // A file that people may open, such as the JSON of a campaign, is never a page. But if there is
  // no such file, people get a page that says why.
  const bool may_be_page =
      pages_of(exchange) != Pages::never || (problem != nullptr && is_for_participants(exchange));
  const bool as_page =
      problem == nullptr ? asks_for_page(exchange) : may_be_page && exchange.request.prefers_html();
  if (may_be_page) fields.add("Vary", "Accept, Accept-Language");
  if (const auto* streamed = std::get_if<StreamedBody>(&answer.body)) {
    content.media_type = streamed->media_type;
    content.streamed_bytes = streamed->size;
  } else if (as_page && answer.status != 204) {
    write_page(exchange, answer, content);
  } else if (problem != nullptr) {
    content.media_type = kProblemJson;
    content.body = to_json(*problem).dump();
  } else if (const auto* json = std::get_if<OrderedJson>(&answer.body)) {
    content.media_type = "application/json";
    content.body = json->dump();
  }
  return content;
}

void AnswerWriter::write_page(const Exchange& exchange, const Answer& answer,
                              AnswerContent& content) const {
  const Request& request = exchange.request;
  const Locale locale = language_of(request, answer.page);
  PageView view;
  if (answer.page.make) {
    view = answer.page.make(locale);
  } else if (const auto* problem = std::get_if<Problem>(&answer.body)) {
    view.page = page_for(problem->code);
    view.context = {{"status", answer.status}};
  }
  const std::string up = way_up(request);
  // A form's action is relative to the base path, as links are.
  if (const auto action = view.context.find("action"); action != view.context.end()) {
    *action = up + action->get<std::string>();
  }
  // Also pages that know nothing of it, such as those of the front's refusals.
  if (!view.framed_by && framed_by_) view.framed_by = framed_by_(request.raw_query());
  if (view.framed_by) {
    view.context["embed"] = true;
    view.context["parents"] = joined(*view.framed_by);
  }
  PagePolicy::apply(view, content.fields);
  content.media_type = "text/html; charset=utf-8";
  content.body = pages_.render(view.page, locale, view.context, up);
}

}  // namespace promotions
