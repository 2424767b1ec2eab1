// The built-in templates, put together from the files in templates/. Private to render. All
// functions are thread-safe.
//
// A template refers to its texts as {{> name}}, and a layout in the same way to the parts that each
// mail or page fills in. So the design exists once for all mails and pages and for all languages.
// Both are filled in here, when a template is first needed in a language. Templates of organisers
// cannot use {{> name}}.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "promotions/base/enum_names.h"
#include "promotions/domain/locale.h"
#include "promotions/render/page_renderer.h"
#include "render/texts.h"

namespace promotions {

inline constexpr std::array<std::string_view, 12> kMailKinds{"verification",
                                                             "already_verified",
                                                             "reminder",
                                                             "receipt",
                                                             "seal",
                                                             "winner",
                                                             "not_drawn",
                                                             "alternate_promoted",
                                                             "winner_unreachable",
                                                             "claim_reminder",
                                                             "prize_claimed",
                                                             "admin_result"};
inline constexpr const auto& kPageNames = kEnumNames<Page>;

inline constexpr std::string_view kMailLayout = "mail/layout.html.mustache";
// {{> foot}} of each mail to participants: who organises the raffle, and where to ask.
inline constexpr std::string_view kMailFootText = "mail/foot.text.mustache";
inline constexpr std::string_view kMailFootHtml = "mail/foot.html.mustache";
inline constexpr std::string_view kMailStyle = "mail/style.css";
inline constexpr std::string_view kPageLayout = "page/layout.mustache";
// What several pages share, by the name with which they include it: {{> promises}}. A part may
// include those behind it.
inline constexpr std::array<std::string_view, 11> kPageParts{
    "promises",      "prize_list",  "errors", "form",      "field_notes", "field_state",
    "optional_mark", "field_label", "fault",  "countdown", "rules_href"};
inline constexpr std::string_view kPageStyle = "page/style.css";

// A style sheet without comments and without spaces and line ends that only help people.
std::string compact_css(std::string_view css);

// Paths below templates/; `part` is "subject", "text" or "html".
std::string mail_file(std::string_view kind, std::string_view part);
std::string page_file(std::string_view page);
std::string part_file(std::string_view part);
std::string texts_file(Locale locale);

// Throws std::logic_error if the file is not in the binary.
std::string_view builtin_file(std::string_view path);

Filled builtin_subject(std::string_view kind, Locale locale);
Filled builtin_text(std::string_view kind, Locale locale);

// The layout with the body. Each class gets the styles of kMailStyle as a style attribute, because
// many mail programs ignore style sheets.
Filled builtin_html(std::string_view kind, Locale locale);

// The layout with the page. The heading of the page is also the title of the document.
Filled builtin_page(std::string_view page, Locale locale);

}  // namespace promotions
