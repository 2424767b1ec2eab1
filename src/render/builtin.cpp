#include "render/builtin.h"

#include <algorithm>
#include <stdexcept>

#include "promotions/base/embedded.h"
#include "promotions/base/encoding.h"

namespace promotions {
namespace {

std::string replace_all(std::string text, const std::string& from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string fill(std::string layout, const std::string& slot, std::string_view content) {
  return replace_all(std::move(layout), "{{> " + slot + "}}", content);
}

// Removes indentation and blank lines. HTML does not need them, and each rendering would copy them.
std::string compact(std::string_view html) {
  std::string result;
  while (!html.empty()) {
    const std::size_t end = std::min(html.find('\n'), html.size());
    const std::string_view line = trim_ascii(html.substr(0, end));
    if (!line.empty()) result.append(line) += '\n';
    html.remove_prefix(std::min(end + 1, html.size()));
  }
  return result;
}

std::string without_comments(std::string css) {
  for (std::size_t at = css.find("/*"); at != std::string::npos; at = css.find("/*")) {
    css.erase(at, css.find("*/", at) + 2 - at);
  }
  return css;
}

std::string with_compact_style_sheet(std::string html) {
  const std::size_t begin = html.find("<style>") + std::string_view("<style>").size();
  const std::size_t end = html.find("</style>");
  if (end == std::string::npos) throw std::logic_error("the mail layout has no style sheet");
  return html.replace(begin, end - begin,
                      compact_css(std::string_view(html).substr(begin, end - begin)));
}

// Adds a style attribute to each class attribute. `css` has only rules of the form ".name { … }".
std::string with_inline_styles(std::string html, std::string_view css) {
  const std::string rules = without_comments(std::string(css));
  std::size_t position = 0;
  while (true) {
    const std::size_t open = rules.find('{', position);
    const std::size_t close = rules.find('}', position);
    if (open == std::string::npos || close == std::string::npos) return html;
    const std::string_view selector =
        trim_ascii(std::string_view(rules).substr(position, open - position));
    const std::string attribute = "class=\"" + std::string(selector.substr(1)) + "\"";
    const std::string style =
        compact_css(std::string_view(rules).substr(open + 1, close - open - 1));
    const std::string styled =
        std::string(attribute).append(" style=\"").append(style).append("\"");
    html = replace_all(std::move(html), attribute, styled);
    position = close + 1;
  }
}

// Fills in the parts that pages share; a part may contain others that stand behind it in the list.
std::string with_parts(std::string html) {
  for (const std::string_view part : kPageParts) {
    html = fill(std::move(html), std::string(part), trim_ascii(builtin_file(part_file(part))));
  }
  return html;
}

std::string mail_section(std::string_view kind) {
  return "mail." + std::string(kind);
}

}  // namespace

// The template engine looks at each word, and each mail contains its sheet.
std::string compact_css(std::string_view css) {
  std::string line = compact(without_comments(std::string(css)));
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::string result;
  for (const char c : trim_ascii(line)) {
    const char before = result.empty() ? ' ' : result.back();
    if (c == ' ' && std::string_view(":;,{} ").find(before) != std::string_view::npos) continue;
    if (before == ' ' && (c == '{' || c == '}')) result.pop_back();
    if (before == '}' && c == '}') result += ' ';  // "}}" would look like the end of a tag
    result += c;
  }
  return result;
}

std::string mail_file(std::string_view kind, std::string_view part) {
  return "mail/" + std::string(kind) + "." + std::string(part) + ".mustache";
}

std::string page_file(std::string_view page) {
  return "page/" + std::string(page) + ".mustache";
}

std::string part_file(std::string_view part) {
  return "page/" + std::string(part) + ".part.mustache";
}

std::string texts_file(Locale locale) {
  return "texts/" + std::string(locale.tag()) + ".toml";
}

std::string_view builtin_file(std::string_view path) {
  const auto files = embedded_templates();
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.path == path; });
  if (found == files.end()) throw std::logic_error("no embedded template " + std::string(path));
  return found->content;
}

Filled builtin_subject(std::string_view kind, Locale locale) {
  return fill_texts(trim_ascii(builtin_file(mail_file(kind, "subject"))), locale,
                    mail_section(kind), Medium::plain);
}

Filled builtin_text(std::string_view kind, Locale locale) {
  const std::string text = fill(std::string(builtin_file(mail_file(kind, "text"))), "foot",
                                trim_ascii(builtin_file(kMailFootText)));
  return fill_texts(text, locale, mail_section(kind), Medium::plain);
}

Filled builtin_html(std::string_view kind, Locale locale) {
  // The layout's own slots come first: fill_texts() takes every {{> name}} that is left for a text.
  std::string html = with_compact_style_sheet(std::string(builtin_file(kMailLayout)));
  html = fill(std::move(html), "lang", locale.tag());
  html =
      fill(std::move(html), "subject_line", trim_ascii(builtin_file(mail_file(kind, "subject"))));
  html = fill(std::move(html), "body", builtin_file(mail_file(kind, "html")));
  html = fill(std::move(html), "foot", builtin_file(kMailFootHtml));
  Filled filled = fill_texts(html, locale, mail_section(kind), Medium::mail_html);
  // The styles come last, because texts contain links, which have a class, too.
  filled.source = compact(with_inline_styles(std::move(filled.source), builtin_file(kMailStyle)));
  return filled;
}

Filled builtin_page(std::string_view page, Locale locale) {
  std::string html(builtin_file(kPageLayout));
  html = fill(std::move(html), "lang", locale.tag());
  html = fill(std::move(html), "body", builtin_file(page_file(page)));
  html = with_parts(std::move(html));
  Filled filled = fill_texts(html, locale, "page." + std::string(page), Medium::page);
  filled.source = compact(filled.source);
  return filled;
}

}  // namespace promotions
