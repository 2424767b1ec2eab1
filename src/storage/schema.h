// Brings a database file to the schema that this program knows. Private to storage.
#pragma once

#include <string>

#include "storage/database_connection.h"

namespace promotions {

// PRAGMA application_id: "PrMo" in ASCII; marks the file as ours.
inline constexpr int kApplicationId = 0x50724D6F;

// The complaint about a database that has another one.
extern const char kIsForeign[];

// Returns the number of the file's schema, 0 for a new file. If the file belongs to another program
// or to a newer version of this one, leaves it and its log alone, and throws UserError, which names
// `path`.
int check_ours(DatabaseConnection& connection, const std::string& path);

// Applies the migrations that the file lacks, each in a transaction of its own. Throws what
// check_ours() throws, and SQLite::Exception.
void migrate(DatabaseConnection& connection, const std::string& path);

}  // namespace promotions
