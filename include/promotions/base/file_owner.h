// The owners of files: their names for messages, and files that root makes in a service's folder.
#pragma once

#include <sys/types.h>

#include <string>

namespace promotions {

// "promotions", or "uid 997" for a user without a name. Thread-safe.
std::string user_name(uid_t user);

// Gives a file that root has just made to the owner of its folder: a command that was run as root
// once must not lock the service out. Does nothing if the process is not root, or if the folder
// belongs to root. A failure is ignored.
void give_to_folder_owner(const std::string& path);

}  // namespace promotions
