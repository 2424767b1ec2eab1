#include "render/texts.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "promotions/base/encoding.h"
#include "render/catalogue.h"
#include "render/template_tags.h"

namespace promotions {
namespace {

constexpr std::string_view kMailTo = "mailto:";

struct Form {
  PluralCategory category;
  std::string_view name;  // the name in CLDR and in the catalogues
};
constexpr std::array kForms{Form{PluralCategory::one, "one"}, Form{PluralCategory::many, "many"},
                            Form{PluralCategory::other, "other"}};

std::string_view name_of(PluralCategory category) {
  return std::find_if(kForms.begin(), kForms.end(),
                      [&](const Form& form) { return form.category == category; })
      ->name;
}

std::string tag(std::string_view sigil, std::string_view name) {
  return std::string("{{").append(sigil).append(name).append("}}");
}

std::string_view escaped(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return {};
  }
}

// Converts a translator's text to Mustache for one medium.
class Writer {
 public:
  Writer(std::string_view text, Locale locale, Medium medium)
      : text_(text), locale_(locale), medium_(medium) {}

  std::string write() {
    while (at_ < text_.size()) {
      if (const auto next = next_tag(text_, at_); next && next->begin == at_) {
        copy_tag(*next);
      } else {
        write_character();
      }
    }
    return std::move(result_);
  }

 private:
  bool is_html() const { return medium_ != Medium::plain; }

  // Copies a tag as it is: the "_" in {{campaign.admin_email}} is not markup.
  void copy_tag(const Tag& tag) {
    const std::size_t end = std::min(tag.end, text_.size());
    result_ += text_.substr(at_, end - at_);
    at_ = end;
  }

  void write_character() {
    const char c = text_[at_++];
    if (c == '*') return toggle(in_strong_, {}, {});
    if (c == '_') return toggle(in_name_, quote("open_quote"), quote("close_quote"));
    if (c == '[') return open_link();
    if (c == ']' && !link_end_.empty()) return close_link();
    const std::string_view entity = is_html() ? escaped(c) : std::string_view();
    if (entity.empty()) {
      result_ += c;
    } else {
      result_ += entity;
    }
  }

  std::string_view quote(std::string_view which) const {
    return text_at(locale_, "common." + std::string(which));
  }

  void toggle(bool& is_inside, std::string_view plain_begin, std::string_view plain_end) {
    is_inside = !is_inside;
    if (is_html()) {
      result_ += is_inside ? "<strong>" : "</strong>";
    } else {
      result_ += is_inside ? plain_begin : plain_end;
    }
  }

  // Turns [words](name) into a link if the context has that value, and into the words alone if not.
  // The words are written by write_character() until close_link(), so they may contain markup.
  void open_link() {
    const std::size_t words_end = text_.find("](", at_);
    const std::size_t end = text_.find(')', words_end == std::string_view::npos ? at_ : words_end);
    if (words_end == std::string_view::npos || end == std::string_view::npos) {
      throw std::logic_error("a link has no target in \"" + std::string(text_) + "\"");
    }
    const std::string_view target = text_.substr(words_end + 2, end - words_end - 2);
    const bool is_mail = target.starts_with(kMailTo);
    const std::string_view value = is_mail ? target.substr(kMailTo.size()) : target;
    link_size_ = end + 1 - words_end;
    link_end_ = tag("#", value) + "</a>" + tag("/", value);
    if (!is_html()) return;
    result_ += tag("#", value) + "<a href=\"";
    if (is_mail) result_ += kMailTo;
    result_ += tag("", value) + "\"";
    if (medium_ == Medium::mail_html) result_ += " class=\"link\"";
    result_ += ">" + tag("/", value);
  }

  void close_link() {
    at_ += link_size_ - 1;  // skips "(name)"; "]" was consumed already
    if (is_html()) result_ += link_end_;
    link_end_.clear();
  }

  std::string_view text_;
  Locale locale_;
  Medium medium_;
  std::size_t at_ = 0;
  bool in_strong_ = false;
  bool in_name_ = false;
  std::string link_end_;       // what to write at the end of the open link; empty: no link is open
  std::size_t link_size_ = 0;  // the length of "](name)"
  std::string result_;
};

// Finds the path of a key: in the section of its mail or page, in that of the form, or in "common".
class Shelf {
 public:
  Shelf(Locale locale, std::string_view section) : locale_(locale), section_(section) {}

  std::string path_of(const std::string& key) const {
    for (const std::string& section : {section_, std::string("form"), std::string("common")}) {
      std::string path = section;
      path.append(".").append(key);
      if (has(path) || has(path + ".count")) return path;
    }
    throw std::logic_error("no text \"" + key + "\" in " + section_);
  }

  bool has(const std::string& path) const {
    return catalogue(locale_).find(path) != nullptr || catalogue(Locale()).find(path) != nullptr;
  }

 private:
  Locale locale_;
  std::string section_;
};

// Writes each plural form inside its own section, of which one is shown. If the language does not
// have a form, "other" is used.
std::string forms_of(const Shelf& shelf, const std::string& path, const std::string& count,
                     Locale locale, Medium medium) {
  std::string source;
  for (const Form& form : kForms) {
    std::string name = path + "." + std::string(form.name);
    if (!shelf.has(name)) name = path + ".other";
    const std::string section = "plural." + count + "." + std::string(form.name);
    source +=
        tag("#", section) + to_mustache(text_at(locale, name), locale, medium) + tag("/", section);
  }
  return source;
}

}  // namespace

std::string to_mustache(std::string_view text, Locale locale, Medium medium) {
  return Writer(text, locale, medium).write();
}

Filled fill_texts(std::string_view source, Locale locale, std::string_view section, Medium medium) {
  const Shelf shelf(locale, section);
  Filled filled;
  std::size_t done = 0;
  for (auto next = next_tag(source, 0); next; next = next_tag(source, next->end)) {
    if (next->end == std::string_view::npos) break;
    if (!next->contents.starts_with('>')) continue;  // a value or a section, for the engine
    filled.source += source.substr(done, next->begin - done);
    done = next->end;
    const std::string path = shelf.path_of(std::string(trim_ascii(next->contents.substr(1))));
    if (!shelf.has(path + ".count")) {
      filled.source += to_mustache(text_at(locale, path), locale, medium);
      continue;
    }
    filled.counts.push_back(text_at(locale, path + ".count"));
    filled.source += forms_of(shelf, path, filled.counts.back(), locale, medium);
  }
  filled.source += source.substr(done);
  return filled;
}

void add_plurals(Json& context, const std::vector<std::string>& counts, Locale locale) {
  for (const std::string& name : counts) {
    const auto found = context.find(name);
    const bool is_count = found != context.end() && found->is_number_integer();
    const std::uint64_t count = is_count ? found->get<std::uint64_t>() : 1;
    context["plural"][name] = {{std::string(name_of(locale.plural(count))), true}};
  }
}

}  // namespace promotions
