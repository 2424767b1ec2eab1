#include <SQLiteCpp/SQLiteCpp.h>

#include "promotions/storage/storage.h"

namespace promotions {

std::vector<LibraryVersion> storage_libraries() {
  return {{"SQLite", SQLite::getLibVersion()}, {"SQLiteCpp", SQLITECPP_VERSION}};
}

}  // namespace promotions
