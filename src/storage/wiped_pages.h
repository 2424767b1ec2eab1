// Keeps what was deleted out of the unused parts of the database file's pages. Private to storage.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <span>

namespace promotions {

// If `page` is a page of a b-tree, zeroes its unallocated space, which is between the cell pointers
// and the cells (https://www.sqlite.org/fileformat2.html §1.6). `offset` is the page's place in the
// file, in bytes.
void wipe_unallocated(std::span<unsigned char> page, std::int64_t offset);

// PRAGMA secure_delete zeroes a cell that is deleted. But when cells move to a neighbouring page,
// copies of them stay in the unallocated space of the page where they were, and secure_delete does
// not zero these. So a row that is deleted later would still be in the file; with rows that grow
// after their insertion that happens to about one row in a thousand. This class wipes each page on
// its way into the file.
//
// SQLite never reads unallocated space, so the page in its cache may differ from the one on the
// disk. Used by the thread of its connection.
class WipedPages {
 public:
  WipedPages() = default;
  WipedPages(const WipedPages&) = delete;
  WipedPages& operator=(const WipedPages&) = delete;

  // From now on wipes what `database` writes into its main file. Must outlive `database`. Does
  // nothing for files with auto_vacuum, where the kind of a page cannot be told from its content.
  void attach(sqlite3* database);

 private:
  // The table comes first: SQLite hands its address to write(), which finds the other members by
  // it.
  struct Methods {
    sqlite3_io_methods table;
    const sqlite3_io_methods* original;
    std::array<unsigned char, 65'536> page;  // SQLite's largest
  };
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset);

  Methods methods_{};
};

}  // namespace promotions
