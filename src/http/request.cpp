#include "promotions/http/request.h"

#include <algorithm>

#include "http/negotiation.h"
#include "promotions/base/encoding.h"

namespace promotions {
namespace {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           const auto lower = [](char c) {
             return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
           };
           return lower(x) == lower(y);
         });
}

// The path and query of a request target in origin-form or absolute-form (RFC 9112 §3.2).
std::string_view origin_form(std::string_view target) {
  if (target.starts_with('/')) return target;
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return target;
  const auto path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

bool is_separator_escape(std::string_view escape) {
  return equals_ignoring_case(escape, "%2f") || equals_ignoring_case(escape, "%5c");
}

// Like percent_decode(), but leaves escaped slashes and backslashes escaped.
std::optional<std::string> decode_path(std::string_view raw) {
  if (raw.find('%') == std::string_view::npos) return percent_decode(raw);
  std::string kept;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    kept += raw[i];
    if (is_separator_escape(raw.substr(i, 3))) kept += "25";  // so that decoding gives it back
  }
  return percent_decode(kept);
}

// Returns the value of the first parameter of that name, not decoded; nullopt if there is none.
std::optional<std::string_view> raw_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = take_pair(query);
    const std::string_view raw_name = pair.substr(0, pair.find('='));
    if (form_decode_leniently(raw_name) != name) continue;
    return pair.substr(std::min(raw_name.size() + 1, pair.size()));
  }
  return std::nullopt;
}

}  // namespace

Request::Request(const FramedRequest& framed, std::string_view base_path) : framed_(&framed) {
  const std::string_view target = origin_form(framed.target);
  const std::string_view raw_path = target.substr(0, target.find('?'));
  raw_query_ = target.substr(std::min(raw_path.size() + 1, target.size()));
  auto path = decode_path(raw_path);
  if (!path) {
    malformed_ =
        Problem{ProblemCode::malformed_request, "the path has a broken escape, or is not UTF-8"};
    return;
  }
  path_ = std::move(*path);
  has_escapes_in_path_ = raw_path.find('%') != std::string_view::npos;
  auto slashes = std::count(raw_path.begin(), raw_path.end(), '/');
  // There is no proxy before the control socket, and commands need not know the server's base path.
  if (!base_path.empty() && !framed.control) {
    below_base_ = path_.starts_with(base_path) &&
                  (path_.size() == base_path.size() || path_[base_path.size()] == '/');
    if (below_base_) {
      path_.erase(0, base_path.size());
      slashes -= std::count(base_path.begin(), base_path.end(), '/');
    }
  }
  // "/c/x" is one folder deep: a browser resolves "../" from "/c/".
  depth_ = static_cast<std::size_t>(std::max<std::ptrdiff_t>(slashes - 1, 0));
  if (path_.ends_with('/')) path_.pop_back();
  if (path_.empty()) path_ = "/";
}

std::string_view Request::header(std::string_view name) const {
  for (const HeaderField& field : framed_->fields) {
    if (equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

bool Request::has_header(std::string_view name) const {
  return std::any_of(
      framed_->fields.begin(), framed_->fields.end(),
      [name](const HeaderField& field) { return equals_ignoring_case(field.name, name); });
}

std::string Request::header_list(std::string_view name) const {
  std::string list;
  for (const HeaderField& field : framed_->fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    if (!list.empty()) list += ", ";
    list += field.value;
  }
  return list;
}

std::optional<std::string> Request::query(std::string_view name) const {
  const auto raw = raw_value(raw_query_, name);
  if (!raw) return std::nullopt;
  auto value = form_decode(*raw);
  if (!value) throw MalformedParameter(name);
  return value;
}

bool Request::only_looks() const {
  // Sec-Purpose is of the Fetch standard. Browsers sent the other fields before there was one.
  const auto says_ahead = [&](std::string_view name) {
    const std::string value = to_lower_ascii(header(name));
    return value.find("prefetch") != std::string::npos ||
           value.find("preview") != std::string::npos ||
           value.find("prerender") != std::string::npos;
  };
  return method() == "HEAD" || says_ahead("Sec-Purpose") || says_ahead("Purpose") ||
         says_ahead("X-Purpose") || says_ahead("X-Moz");
}

bool Request::prefers_html() const {
  return promotions::prefers_html(header("Accept"));
}

std::optional<Locale> Request::asked_locale() const {
  // A malformed `lang` must not cost anybody the page, so it is decoded leniently.
  const auto raw = raw_value(raw_query_, "lang");
  const auto asked = raw ? Locale::spoken(form_decode_leniently(*raw)) : std::nullopt;
  return asked ? asked : preferred_locale(header("Accept-Language"));
}

}  // namespace promotions
