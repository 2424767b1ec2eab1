#include "promotions/render/mail_renderer.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"
#include "render/builtin.h"
#include "render/on_demand.h"
#include "render/template.h"
#include "render/template_cache.h"

namespace promotions {
namespace {

// The parsed built-in mail of one kind in one language.
struct BuiltinMail {
  Template subject;
  Template text;
  Template html;
  std::vector<std::string> counts;  // see Filled
};

BuiltinMail parse_builtin(std::string_view kind, Locale locale) {
  const Filled subject = builtin_subject(kind, locale);
  const Filled text = builtin_text(kind, locale);
  const Filled html = builtin_html(kind, locale);
  BuiltinMail mail{Template(subject.source), Template(text.source), Template(html.source), {}};
  for (const Filled* part : {&subject, &text, &html}) {
    mail.counts.insert(mail.counts.end(), part->counts.begin(), part->counts.end());
  }
  return mail;
}

// A subject must be one line, whatever its values contain.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return std::string(trim_ascii(text));
}

// The link that is the whole point of such a mail, or empty if there is none.
std::string needed_link(std::string_view kind) {
  if (kind == "verification" || kind == "reminder") return "link";
  if (kind == "winner") return "claim_link";
  return {};
}

// A mail without its link would be useless. If the organiser's template forgot it, add it at the
// end.
void ensure_link(MailText& mail, const std::string& name, const Values& plain,
                 const Values& escaped) {
  const std::string_view link = plain.text(name);
  if (link.empty()) return;
  if (mail.text.find(link) == std::string::npos) {
    mail.text.append("\n\n").append(link).append("\n");
  }
  const std::string href(escaped.text(name));
  if (mail.html.find(href) == std::string::npos) {
    const auto end = mail.html.rfind("</body>");  // npos, if it has no body: append
    mail.html.insert(std::min(end, mail.html.size()),
                     "<p><a href=\"" + href + "\">" + href + "</a></p>\n");
  }
}

}  // namespace

bool is_mail_kind(std::string_view kind) {
  return std::find(kMailKinds.begin(), kMailKinds.end(), kind) != kMailKinds.end();
}

struct MailRenderer::Parsed {
  std::vector<OnDemand<BuiltinMail>> mails{kMailKinds.size() * locales().size()};
  TemplateCache overrides;

  const BuiltinMail& find(std::string_view kind, Locale locale) const {
    const auto found = std::find(kMailKinds.begin(), kMailKinds.end(), kind);
    if (found == kMailKinds.end()) {
      throw std::invalid_argument("no mail kind \"" + std::string(kind) + "\"");
    }
    const auto index = static_cast<std::size_t>(found - kMailKinds.begin());
    return mails[index * locales().size() + locale.index()].get(
        [&] { return parse_builtin(kind, locale); });
  }

  std::string render(const std::optional<std::string>& override_source, const Template& otherwise,
                     const Values& values) {
    if (override_source) {
      std::string text = overrides.get(*override_source)->render(values);
      if (!is_blank(text)) return text;
    }
    return otherwise.render(values);
  }

  MailText fill_in(std::string_view kind, const BuiltinMail& builtin, const Json& context,
                   const TemplateSource& sources) {
    const Values plain(context, Escaping::none);
    const Values escaped(context, Escaping::html);
    MailText mail{one_line(render(sources.subject, builtin.subject, plain)),
                  render(sources.text, builtin.text, plain),
                  render(sources.html, builtin.html, escaped)};
    ensure_link(mail, needed_link(kind), plain, escaped);
    return mail;
  }
};

MailRenderer::MailRenderer() : parsed_(std::make_unique<Parsed>()) {
  // Fail at the start of the program, not with the first mail, if a file is missing.
  for (const auto kind : kMailKinds) {
    for (const auto* part : {"subject", "text", "html"}) builtin_file(mail_file(kind, part));
  }
}

MailRenderer::~MailRenderer() = default;

MailText MailRenderer::render(std::string_view kind, Locale locale, const Json& context,
                              const TemplateSource& overrides) const {
  const BuiltinMail& builtin = parsed_->find(kind, locale);
  if (builtin.counts.empty()) return parsed_->fill_in(kind, builtin, context, overrides);
  Json counted = context;
  add_plurals(counted, builtin.counts, locale);
  return parsed_->fill_in(kind, builtin, counted, overrides);
}

}  // namespace promotions
