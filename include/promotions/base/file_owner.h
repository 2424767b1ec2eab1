// Whose files are: for messages, and for what root makes in a service's folder.
#pragma once

#include <sys/types.h>

#include <string>

namespace promotions {

// "promotions" or, for one without a name, "uid 997".
std::string user_name(uid_t user);

// What root has made belongs to whoever has the folder, who is to go on with it: a command that was
// run as root once must not lock the service out. Does nothing for other users, and in folders that
// are root's.
void give_to_folder_owner(const std::string& path);

}  // namespace promotions
