// The files that pages load: style sheets and scripts. Each is served for a year under a path that
// changes with its content.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace promotions {

struct PageAsset {
  std::string_view name;        // as templates name its path: {{assets.style}}
  std::string_view media_type;  // with its charset
  std::string path;             // "/assets/style-1f0c2ab94e.css", below the base path
  std::string bytes;
};

// All of them, from the table in assets.cpp; thread-safe. Lives as long as the process. Throws
// std::logic_error at the first call if a file is not in the binary.
const std::vector<PageAsset>& page_assets();

// Where they come from, below templates/.
std::vector<std::string_view> asset_files();

// Throws std::logic_error if there is none of that name.
const PageAsset& page_asset(std::string_view name);

}  // namespace promotions
