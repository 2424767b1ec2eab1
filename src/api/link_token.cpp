#include "api/link_token.h"

#include <vector>

#include "promotions/domain/token.h"
#include "promotions/http/form.h"

namespace promotions {
namespace {

constexpr std::string_view kName = "token";
constexpr int kMaxEncodings = 3;  // each program that passes a link on may have escaped it once

std::vector<std::string> tokens_of(const Json& body) {
  const auto found = body.find(kName);
  if (found == body.end()) return {};
  std::vector<std::string> tokens;
  const Json list = found->is_array() ? *found : Json::array({*found});
  for (const Json& token : list) {
    if (token.is_string()) tokens.push_back(token.get<std::string>());
  }
  return tokens;
}

// Looks for the name at the beginning of the whole pair, and returns what follows it: if the "="
// was escaped, all of the pair looks like a name.
std::vector<std::string> tokens_of(std::string_view query) {
  std::vector<std::string> tokens;
  while (!query.empty()) {
    std::string pair = form_decode_leniently(take_pair(query));
    if (pair.starts_with(kName)) tokens.push_back(pair.substr(kName.size()));
  }
  return tokens;
}

// Removes one layer of escapes after the other until a token appears.
std::optional<std::string> recover(std::string text) {
  for (int decoded = 0; decoded < kMaxEncodings; ++decoded) {
    if (auto token = TokenSigner::recover(text)) return token;
    if (text.find('%') == std::string::npos) break;
    text = form_decode_leniently(text);
  }
  return std::nullopt;
}

}  // namespace

std::string link_token(const Request& request, const Json& body) {
  std::vector<std::string> given = tokens_of(body);
  if (given.empty()) given = tokens_of(request.raw_query());
  for (const std::string& text : given) {
    if (auto token = recover(text)) return *std::move(token);
  }
  return given.empty() ? std::string() : given.front();
}

}  // namespace promotions
