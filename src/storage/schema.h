// Bringing a database file to the schema that this program knows. Private to storage.
#pragma once

#include <string>

#include "storage/database_connection.h"

namespace promotions {

// PRAGMA application_id: "PrMo" in ASCII; marks the file as ours.
inline constexpr int kApplicationId = 0x50724D6F;

// What is said of a database without it.
extern const char kIsForeign[];

// The schema of the file, 0 for a new one. Throws UserError naming `path`, and leaves the file and
// its log alone, if it belongs to another program or to a newer version of this one.
int check_ours(DatabaseConnection& connection, const std::string& path);

// Applies the migrations that the file lacks, each in a transaction of its own. Throws as
// check_ours() does.
void migrate(DatabaseConnection& connection, const std::string& path);

}  // namespace promotions
