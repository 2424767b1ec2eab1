// Renders the texts of mails from Mustache templates. Only src/render uses the Mustache library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

// An organiser's templates for the parts of one mail. Where one is absent, the built-in one is
// used.
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

// Returns why `source` is not a template ("line 3: section \"x\" is not closed"), or nullopt if it
// is one. Also refused are partials (there is nothing to include), changed delimiters, control
// characters, text that is not UTF-8, more than 32 nested sections and more than 64 KiB. The reason
// is UTF-8 and may quote a name from the source. Thread-safe.
std::optional<std::string> template_error(std::string_view source);

// An error in an organiser's template.
struct TemplateFault {
  std::string code;    // "invalid", "unknown_name" or "empty"
  std::string detail;  // "line 3: …"
};

// Returns why `source` cannot be a part of a mail of `kind`: it is not a template, it uses a name
// that mails of that kind do not have (docs/templates.md), or it contains nothing visible. Returns
// nullopt if it can. Thread-safe.
std::optional<TemplateFault> mail_template_fault(std::string_view kind, std::string_view source);

// Is it one of the mail kinds that have templates? They are "verification", "already_verified",
// "receipt", "seal", "winner", "not_drawn", "alternate_promoted", "winner_unreachable",
// "claim_reminder", "prize_claimed" and "admin_result". Thread-safe.
bool is_mail_kind(std::string_view kind);

// Thread-safe. A built-in template is parsed once, when it is first needed in a language. A parsed
// override stays in a small bounded cache.
class MailRenderer {
 public:
  MailRenderer();
  ~MailRenderer();

  // `context` has the values that templates may name; render/mail_names.cpp lists them for each
  // kind. Nonces and hashes are hex, seal_json is one line, check_commands (check_commands.h)
  // several, links are complete URLs, times are texts for people (to_local_text()), and beacon_text
  // is a sentence in that language. beacon_none is true if the draw uses no outside randomness.
  // These may be absent: beacon_none, claim_link, claim_until, promoted (if no alternate is left),
  // reason, and every link but `link`. has_winners and has_alternates are added here.
  //
  // If an override renders to something blank, the built-in template is used instead. The text and
  // HTML parts of a verification mail get `link` at their end if it is not in them, and those of a
  // winner mail `claim_link`, if there is one. Values are escaped in the HTML part, whichever
  // braces the template uses, and not in the other parts. The subject is made one line.
  //
  // Throws std::invalid_argument if `kind` does not exist, if an override does not parse, or if it
  // makes an enormous text with nested lists.
  MailText render(std::string_view kind, Locale locale, const Json& context,
                  const TemplateSource& overrides = {}) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace promotions
