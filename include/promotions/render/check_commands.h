// The commands with which people check a draw for themselves, as mails and pages print them.
#pragma once

#include <string>
#include <string_view>

namespace promotions {

// `text` as one word for a POSIX shell: as it is if it only has characters that mean nothing there,
// otherwise in single quotes. A pure function.
std::string shell_word(std::string_view text);

// One line for each command: fetch the draw's two files, then check them. `url` is the prefix of
// the campaign's records, such as "https://example.org/c/autumn"; `arguments` follow those of
// `promotions draw verify`, and are written by the caller with shell_word(). A pure function.
std::string check_commands(std::string_view url, std::string_view arguments = {});

}  // namespace promotions
