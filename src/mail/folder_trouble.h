// What keeps mails from being written into a folder, and what would help. Private to mail.
#pragma once

#include <filesystem>
#include <string>

namespace promotions {

// "mail.directory: outbox is a file; name a folder". `error`: errno as it was met.
std::string folder_trouble(const std::filesystem::path& folder, int error);

}  // namespace promotions
