#include "promotions/render/assets.h"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "promotions/base/encoding.h"
#include "promotions/domain/sha256.h"
#include "render/builtin.h"

namespace promotions {
namespace {

constexpr std::string_view kCss = "text/css; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";
constexpr std::size_t kHashBytes = 5;  // of SHA-256: enough to tell the versions of one file apart

struct Row {
  std::string_view name;
  std::string_view file;  // below templates/
  std::string_view media_type;
};

constexpr std::array kRows{
    Row{"style", kPageStyle, kCss},
    Row{"page", "script/page.js", kScript},
    Row{"embed", "script/embed.js", kScript},
};

PageAsset asset_of(const Row& row) {
  const std::string_view content = builtin_file(row.file);
  PageAsset asset{row.name,
                  row.media_type,
                  {},
                  row.media_type == kCss ? compact_css(content) : std::string(content)};
  const Hash hash = sha256(asset.bytes);
  const std::string_view extension = row.file.substr(row.file.rfind('.'));
  asset.path = "/assets/";
  asset.path.append(row.name).append("-").append(to_hex(std::span(hash).first(kHashBytes)));
  asset.path += extension;
  return asset;
}

}  // namespace

const std::vector<PageAsset>& page_assets() {
  static const std::vector<PageAsset> assets = [] {
    std::vector<PageAsset> all;
    all.reserve(kRows.size());
    for (const Row& row : kRows) all.push_back(asset_of(row));
    return all;
  }();
  return assets;
}

std::vector<std::string_view> asset_files() {
  std::vector<std::string_view> files;
  files.reserve(kRows.size());
  for (const Row& row : kRows) files.push_back(row.file);
  return files;
}

const PageAsset& page_asset(std::string_view name) {
  const auto& assets = page_assets();
  const auto found = std::find_if(assets.begin(), assets.end(),
                                  [&](const PageAsset& asset) { return asset.name == name; });
  if (found == assets.end()) throw std::logic_error("no asset " + std::string(name));
  return *found;
}

}  // namespace promotions
