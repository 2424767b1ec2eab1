#include "mail/mime_reader.h"

#include <algorithm>
#include <stdexcept>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

int hex_value(char c) {
  const std::size_t value = std::string_view("0123456789ABCDEF").find(c);
  if (value == std::string_view::npos) throw std::runtime_error("bad hexadecimal digit");
  return static_cast<int>(value);
}

char hex_byte(std::string_view digits) {
  if (digits.size() != 2) throw std::runtime_error("escape cut short");
  return static_cast<char>(hex_value(digits[0]) * 16 + hex_value(digits[1]));
}

std::string decode_quoted_printable(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      bytes += text[i];
    } else if (text.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else {
      bytes += hex_byte(text.substr(i + 1, 2));
      i += 2;
    }
  }
  return bytes;
}

std::string decode_q(std::string_view text) {
  std::string escaped(text);
  std::replace(escaped.begin(), escaped.end(), '_', ' ');
  return decode_quoted_printable(escaped);
}

// Takes the header section off the front of `text`, its empty line too.
std::vector<std::pair<std::string, std::string>> take_headers(std::string_view& text) {
  std::vector<std::pair<std::string, std::string>> headers;
  while (true) {
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos) throw std::runtime_error("no end of headers");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.empty()) return headers;
    if (line.front() == ' ') {
      if (headers.empty()) throw std::runtime_error("continuation of nothing");
      if (trim_ascii(line).empty()) throw std::runtime_error("blank continuation");
      headers.back().second += line;
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) throw std::runtime_error("no colon in header");
    headers.emplace_back(line.substr(0, colon), trim_ascii(line.substr(colon + 1)));
  }
}

// RFC 2045 §6.8: lines of at most 76 digits.
std::string decode_lines_of_base64(std::string_view text) {
  std::string digits;
  for (const std::string& line : lines_of(text)) {
    if (line.size() > 76) throw std::runtime_error("long line of base64");
    digits += line;
  }
  const auto bytes = from_base64(digits);
  if (!bytes) throw std::runtime_error("bad base64");
  return *bytes;
}

std::vector<MimePart> read_parts(std::string_view type, std::string_view bytes);

MimePart read_part(std::string_view text) {
  MimePart part;
  part.headers = take_headers(text);
  const std::string type = part.header("Content-Type");
  const std::string encoding = part.header("Content-Transfer-Encoding");
  if (type.starts_with("multipart/")) {
    part.parts = read_parts(type, text);
  } else if (encoding == "base64") {
    part.body = decode_lines_of_base64(text);
  } else {
    part.body = decode_quoted_printable(text);
  }
  return part;
}

// The parts of a multipart of that type.
std::vector<MimePart> read_parts(std::string_view type, std::string_view bytes) {
  const std::size_t start = type.find("boundary=\"");
  if (start == std::string_view::npos) throw std::runtime_error("no boundary");
  const std::string_view rest = type.substr(start + 10);
  const std::string boundary = "--" + std::string(rest.substr(0, rest.find('"')));
  if (!bytes.starts_with(boundary + "\r\n")) throw std::runtime_error("no first part");
  bytes.remove_prefix(boundary.size() + 2);
  std::vector<MimePart> parts;
  while (true) {
    const std::size_t end = bytes.find("\r\n" + boundary);
    if (end == std::string_view::npos) throw std::runtime_error("part without end");
    parts.push_back(read_part(bytes.substr(0, end)));
    bytes.remove_prefix(end + 2 + boundary.size());
    // A part within another may leave its line end before the outer boundary.
    if (bytes == "--\r\n" || bytes == "--") return parts;
    if (!bytes.starts_with("\r\n")) throw std::runtime_error("bad boundary line");
    bytes.remove_prefix(2);
  }
}

}  // namespace

std::string MimePart::header(std::string_view name) const {
  std::string value = "(absent)";
  for (const auto& [field, content] : headers) {
    if (field == name)
      value = value == "(absent)" ? std::string(trim_ascii(content)) : "(repeated)";
  }
  return value;
}

MimeMessage read_mime(std::string_view bytes) {
  return read_part(bytes);
}

std::string decode_words(std::string_view text) {
  std::string decoded;
  bool after_word = false;
  while (!text.empty()) {
    const std::size_t start = text.find("=?UTF-8?");
    const std::string_view plain = text.substr(0, start);
    const bool between_words =
        after_word && start != std::string_view::npos && trim_ascii(plain).empty();
    if (!between_words) decoded += plain;
    if (start == std::string_view::npos) return decoded;
    text.remove_prefix(start + 8);
    const std::size_t end = text.find("?=", 2);
    if (end == std::string_view::npos || text[1] != '?') throw std::runtime_error("broken word");
    const std::string_view content = text.substr(2, end - 2);
    const std::string word =
        text[0] == 'Q' ? decode_q(content) : from_base64(content).value_or("(bad base64)");
    if (!is_utf8(word)) throw std::runtime_error("a word splits a character");
    decoded += word;
    text.remove_prefix(end + 2);
    after_word = true;
  }
  return decoded;
}

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find("\r\n"), bytes.size());
    lines.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 2, bytes.size()));
  }
  return lines;
}

}  // namespace promotions
