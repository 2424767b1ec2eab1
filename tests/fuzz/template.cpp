// The templates of organisers. The input is the source of one.
#include "render/template.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "fuzz/require.h"
#include "promotions/base/encoding.h"
#include "promotions/render/mail_renderer.h"

using namespace promotions;
using fuzz::require;

namespace {

constexpr std::size_t kMaxWork = 256 * 1024;
constexpr std::size_t kMaxReason = 200;
constexpr char kLink[] = "https://example.org/verify_subscriber?token=AQ&b=<c>";

// What subscribers might give in the hope of being more than text.
constexpr std::string_view kHostile = "{{email}}<b title=\"x\" id='y'>&amp;{{/winners}}{{=<% %>=}}";
constexpr std::string_view kHostileInHtml =
    "{{email}}&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;{{/winners}}{{=&lt;% %&gt;=}}";
// Stands for it in the other rendering: two characters that no language uses.
constexpr std::string_view kMark = "\uE000\uE001";

Json context_of(std::string_view value) {
  const Json row = {{"position", 1}, {"ticket", 911}, {"email", value}};
  return {{"campaign",
           {{"name", value}, {"slug", "navidad"}, {"description", value}, {"admin_email", value}}},
          {"email", value},
          {"data", {{"NAME", value}, {"age", 7.5}, {"yes", true}, {"no", false}, {"empty", ""}}},
          {"link", kLink},
          {"valid_until", value},
          {"position", 2},
          {"entrants", 4321},
          {"winners", Json::array({row, row, row})},
          {"alternates", Json::array()}};
}

struct Contexts {
  Values plain;
  Values escaped;

  explicit Contexts(std::string_view value)
      : plain(context_of(value), Escaping::none), escaped(context_of(value), Escaping::html) {}
};

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::optional<std::string> rendered(const Template& parsed, const Values& values) {
  try {
    std::string text = parsed.render(values);
    require(text.size() <= kMaxWork, "a text is bounded");
    require(is_utf8(text), "a text is UTF-8");
    return text;
  } catch (const std::invalid_argument&) {  // too much work
    return std::nullopt;
  }
}

// Whatever a value holds, it changes no more of the text than its own place.
void check_values(std::string_view source, const Template& parsed) {
  static const Contexts hostile(kHostile);
  static const Contexts marked(kMark);
  if (source.find("\uE000") != std::string_view::npos ||
      source.find("\uE001") != std::string_view::npos) {
    return;
  }
  const auto html = rendered(parsed, hostile.escaped);
  const auto html_mark = rendered(parsed, marked.escaped);
  require(!html || !html_mark || *html == replace_all(*html_mark, kMark, kHostileInHtml),
          "values are escaped in HTML");
  const auto text = rendered(parsed, hostile.plain);
  const auto text_mark = rendered(parsed, marked.plain);
  require(!text || !text_mark || *text == replace_all(*text_mark, kMark, kHostile),
          "values are as they are in texts");
}

void check_mail(std::string_view source) {
  static const MailRenderer renderer;
  static const Json context = context_of(kHostile);
  const std::string part(source);
  const MailText mail =
      renderer.render("verification", Locale::of("en"), context, {part, part, part});
  require(!has_control(mail.subject), "a subject is one line");
  require(mail.text.find(kLink) != std::string::npos, "a verification holds its link");
  require(mail.html.find("https://example.org/verify_subscriber?token=AQ&amp;b=&lt;c&gt;") !=
              std::string::npos,
          "and so does its HTML");
}

void check_fault(std::string_view source) {
  constexpr std::size_t kMaxFault = 600;  // it lists what there is
  const auto fault = mail_template_fault("admin_result", source);
  require(!template_error(source) || fault, "what is no template is none of a mail");
  require(!fault || (is_utf8(fault->detail) && fault->detail.size() <= kMaxFault),
          "a fault is bounded and UTF-8");
}

void check_reason(const std::string& reason) {
  require(is_utf8(reason) && reason.size() <= kMaxReason, "a reason is bounded and UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  check_fault(source);
  if (const auto reason = template_error(source)) {
    check_reason(*reason);
    try {
      const Template parsed(source);
      require(false, "what has an error does not parse");
    } catch (const std::invalid_argument& error) {
      require(*reason == error.what(), "the reason is the same");
    }
    return 0;
  }
  const Template parsed(source, kMaxWork);  // what has no error parses
  check_values(source, parsed);
  static const Values plain(context_of(kHostile), Escaping::none);
  if (rendered(parsed, plain)) check_mail(source);
  return 0;
}
