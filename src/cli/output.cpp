#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "promotions/domain/campaign.h"

namespace promotions {
namespace {

// Shows an address or an excluded domain in its own script, and any other text as it is.
std::string in_own_script(const std::string& text) {
  if (text.find("xn--") == std::string::npos) return text;
  if (text.find('@') != std::string::npos) return shown_address(text);
  // A domain is shown by way of an address, without the "a@".
  return parse_exclusion(text) == text ? shown_address("a@" + text).substr(2) : text;
}

std::string cell_text(const OrderedJson& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return in_own_script(value.get<std::string>());
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const auto& one : value) list += (list.empty() ? "" : ", ") + cell_text(one);
  return list.empty() ? "-" : list;
}

// Each field inside of an object becomes a line of its own: "subscribers.verified".
void flatten(const OrderedJson& record, const std::string& prefix,
             std::vector<std::pair<std::string, std::string>>& lines) {
  for (const auto& [name, value] : record.items()) {
    if (value.is_object() && !value.empty()) {
      flatten(value, prefix + name + ".", lines);
    } else {
      lines.emplace_back(prefix + name, value.is_object() ? "-" : cell_text(value));
    }
  }
}

std::string cell(const OrderedJson& row, std::string_view field) {
  const auto dot = field.find('.');
  const std::string name(field.substr(0, dot));
  if (!row.is_object() || !row.contains(name)) return "-";
  return dot == std::string_view::npos ? cell_text(row[name])
                                       : cell(row[name], field.substr(dot + 1));
}

// Counts code points, which is close enough to columns for names and addresses.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void print_padded(const std::string& text, std::size_t width, bool last) {
  std::fputs(text.c_str(), stdout);
  if (!last) std::fputs(std::string(width - width_of(text) + 2, ' ').c_str(), stdout);
}

}  // namespace

void print_json(const OrderedJson& json) {
  std::printf("%s\n", json.dump(2).c_str());
}

void print_done(bool wants_json, const OrderedJson& json, const std::string& sentence) {
  if (wants_json) return print_json(json);
  std::puts(sentence.c_str());
}

void print_table(const OrderedJson& rows, const std::vector<Column>& columns) {
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : columns) lines.front().push_back(column.title);
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (const Column& column : columns) line.push_back(cell(row, column.field));
  }
  if (lines.size() == 1) {
    std::puts("(none)");
    return;
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i]));
  }
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      print_padded(line[i], widths[i], i + 1 == line.size());
    std::fputc('\n', stdout);
  }
}

void print_record(const OrderedJson& record) {
  std::vector<std::pair<std::string, std::string>> lines;
  flatten(record, "", lines);
  std::size_t width = 0;
  for (const auto& [name, text] : lines) width = std::max(width, name.size());
  for (const auto& [name, text] : lines) {
    print_padded(name, width, false);
    std::printf("%s\n", text.c_str());
  }
}

Progress::Progress(std::string what)
    : what_(std::move(what)), visible_(isatty(STDERR_FILENO) == 1) {
  tick();
}

Progress::~Progress() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

void Progress::tick() {
  if (!visible_) return;
  constexpr std::string_view frames = "|/-\\";
  const char frame = frames[static_cast<std::size_t>(ticks_++) % frames.size()];
  std::fprintf(stderr, "\r%s %c", what_.c_str(), frame);
}

}  // namespace promotions
