// Texts of mails, from Mustache templates. The one home of the Mustache library is src/render.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

// Overrides of one mail's parts; an empty optional means the built-in template.
struct TemplateSource {
  std::optional<std::string> subject;
  std::optional<std::string> text;
  std::optional<std::string> html;
};

struct MailText {
  std::string subject;
  std::string text;
  std::string html;
};

// Why `source` is not a template ("line 3: section \"x\" is not closed"), or nullopt if it is one.
// Partials are refused (there is nothing to include), changed delimiters, more than 32 sections
// within each other and more than 64 KiB. The reason is UTF-8 and may quote a name of the source.
std::optional<std::string> template_error(std::string_view source);

// What is wrong with an organiser's template.
struct TemplateFault {
  std::string code;    // "invalid", "unknown_name" or "empty"
  std::string detail;  // "line 3: …"
};

// Why `source` cannot be a part of a mail of `kind`: it is no template, names what no mail of that
// kind has (docs/templates.md), or has nothing that anybody could see. nullopt: it can.
std::optional<TemplateFault> mail_template_fault(std::string_view kind, std::string_view source);

// The mail kinds that have templates: "verification", "already_verified", "receipt", "seal",
// "winner", "not_drawn", "alternate_promoted", "winner_unreachable",
// "admin_result".
bool is_mail_kind(std::string_view kind);

// Thread-safe. A built-in template is parsed once, when a language first asks for it; overrides
// once per text while they stay in a small bounded cache.
class MailRenderer {
 public:
  MailRenderer();
  ~MailRenderer();

  // `context` is what templates may name: for each kind what render/mail_names.cpp lists.
  // Nonces and hashes are hex, seal_json is one line, links are whole URLs, times are texts for
  // people (to_local_text()), beacon_text is a sentence for them in that language; beacon_none is
  // true if the draw takes no randomness from outside. Absent may be beacon_none, claim_link,
  // claim_until, promoted (no alternate is left), reason, and any link but `link`. has_winners and
  // has_alternates are made here. An override that comes out blank gives way to the built-in one. A
  // verification mail's part without `link`, and a winner mail's without `claim_link` where there
  // is one, gets it at its end. Values are escaped in the HTML part, whichever braces a template
  // uses, and nowhere else; the subject is one line. Throws std::invalid_argument if `kind` is
  // none, or an override does not parse or makes an enormous text by lists within lists.
  MailText render(std::string_view kind, Locale locale, const Json& context,
                  const TemplateSource& overrides = {}) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace promotions
