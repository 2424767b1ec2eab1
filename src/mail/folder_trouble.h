// Explains why mails cannot be written into a folder, and what would help. Private to mail.
#pragma once

#include <filesystem>
#include <string>

namespace promotions {

// "mail.directory: outbox is a file; name a folder". `error` is the errno of the failed call. Looks
// at the file system to find the cause.
std::string folder_trouble(const std::filesystem::path& folder, int error);

}  // namespace promotions
