// Keeps what was deleted out of the unused parts of the database file's pages. Private to storage.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <span>

namespace promotions {

// Zeroes the unallocated space of a page, which is between the cell pointers and the cells
// (https://www.sqlite.org/fileformat2.html §1.6), if it is a page of a b-tree. `offset`: its place
// in the file.
void wipe_unallocated(std::span<unsigned char> page, std::int64_t offset);

// PRAGMA secure_delete zeroes a cell that is deleted. It does not zero the copies of cells that
// stay in a page's unallocated space when its cells move to its neighbours, and so what is deleted
// from the neighbour later is still in the file: with rows that grow after their insertion, about
// one row in a thousand. This wipes each page on its way into the file.
//
// SQLite never reads unallocated space, so the copy of the page in its cache may differ.
class WipedPages {
 public:
  WipedPages() = default;
  WipedPages(const WipedPages&) = delete;
  WipedPages& operator=(const WipedPages&) = delete;

  // From now on for what `database` writes into its main file; must outlive `database`. Does
  // nothing for files with auto_vacuum: their pages cannot be told apart by themselves.
  void attach(sqlite3* database);

 private:
  // First the table that SQLite sees: from it write() gets at the rest.
  struct Methods {
    sqlite3_io_methods table;
    const sqlite3_io_methods* original;
    std::array<unsigned char, 65'536> page;  // SQLite's largest
  };
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset);

  Methods methods_{};
};

}  // namespace promotions
