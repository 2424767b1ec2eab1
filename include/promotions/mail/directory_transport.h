// Mail as files: each message becomes one .eml in a folder, for trying things out and for tests.
#pragma once

#include <memory>
#include <string>

#include "promotions/mail/transport.h"

namespace promotions {

// The folder is made when the first mail comes (mode 0700, files 0600). A file appears whole or not
// at all, is on disk when send() returns, and is named after the mail's creation and Message-ID, so
// that a second attempt of the same job replaces the first instead of adding a copy.
std::unique_ptr<Transport> make_directory_transport(const std::string& folder);

}  // namespace promotions
