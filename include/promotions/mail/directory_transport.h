// Writes mail to files: each message becomes one .eml in a folder, for trying out and for tests.
#pragma once

#include <memory>
#include <string>

#include "promotions/mail/transport.h"

namespace promotions {

// The folder is created for the first mail (mode 0700, files 0600). A file appears whole or not at
// all, and is on disk when send() returns. Its name consists of the mail's creation time and its
// Message-ID, so a second attempt of the same job replaces the first instead of adding a copy.
// Every error is an outcome: DeliveryClass::lane_trouble.
std::unique_ptr<Transport> make_directory_transport(const std::string& folder);

}  // namespace promotions
