// Bringing a database file to the schema that this program knows. Private to storage.
#pragma once

#include <string>

#include "storage/sqlite_connection.h"

namespace promotions {

// Applies the migrations that the file lacks, each in a transaction of its own. Throws UserError
// naming `path` if the file belongs to another program or to a newer version of this one.
void migrate(SqliteConnection& connection, const std::string& path);

}  // namespace promotions
