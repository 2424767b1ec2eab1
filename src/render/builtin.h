// The built-in templates, put together from the files in templates/.
//
// A template names its texts, and a layout what each mail or page fills in, as {{> names}}: so
// design is written once for all of them, and once for all languages. They are filled in here, when
// a language first asks for the template; templates of organisers have none.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "promotions/base/enum_names.h"
#include "promotions/domain/locale.h"
#include "promotions/render/page_renderer.h"
#include "render/texts.h"

namespace promotions {

inline constexpr std::array<std::string_view, 9> kMailKinds{
    "verification",       "already_verified",   "receipt",     "seal", "winner", "not_drawn",
    "alternate_promoted", "winner_unreachable", "admin_result"};
inline constexpr const auto& kPageNames = kEnumNames<Page>;

inline constexpr std::string_view kMailLayout = "mail/layout.html.mustache";
inline constexpr std::string_view kMailStyle = "mail/style.css";
inline constexpr std::string_view kPageLayout = "page/layout.mustache";
inline constexpr std::string_view kPageStyle = "page/style.css";

// Paths below templates/; `part` is "subject", "text" or "html".
std::string mail_file(std::string_view kind, std::string_view part);
std::string page_file(std::string_view page);
std::string texts_file(Locale locale);

// Throws std::logic_error if the binary was built without it.
std::string_view builtin_file(std::string_view path);

Filled builtin_subject(std::string_view kind, Locale locale);
Filled builtin_text(std::string_view kind, Locale locale);

// The layout around the body, each class written out as a style attribute by kMailStyle, because
// many mail programs read no style sheet.
Filled builtin_html(std::string_view kind, Locale locale);

// The layout around the page, whose heading is the title of the document, too.
Filled builtin_page(std::string_view page, Locale locale);

}  // namespace promotions
