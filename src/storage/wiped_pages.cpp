#include "storage/wiped_pages.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace promotions {
namespace {

constexpr int kSmallestPage = 512;
constexpr std::size_t kFileHeader = 100;  // before the b-tree page header, on the first page

// A page of another kind begins with a page number of four bytes. In a file of fewer than 2^24
// pages its first byte is 0, so it cannot be mistaken for the type of a b-tree page.
constexpr sqlite3_int64 kMaxPages = 1 << 24;

std::size_t number(std::span<const unsigned char> page, std::size_t at) {
  return (std::size_t{page[at]} << 8U) | page[at + 1];
}

// The size of a b-tree page's header; 0 for pages of other kinds.
std::size_t header_size(unsigned char type) {
  switch (type) {
    case 2:  // interior, index
    case 5:  // interior, table
      return 12;
    case 10:  // leaf, index
    case 13:  // leaf, table
      return 8;
    default:
      return 0;
  }
}

bool is_page(std::size_t size, sqlite3_int64 offset) {
  return size >= kSmallestPage && (size & (size - 1)) == 0 &&
         offset % static_cast<sqlite3_int64>(size) == 0;
}

int auto_vacuum(sqlite3* database) {
  int value = 1;
  sqlite3_exec(
      database, "PRAGMA auto_vacuum",
      [](void* to, int /*columns*/, char** values, char** /*names*/) {
        *static_cast<int*>(to) = values[0] != nullptr && values[0][0] == '0' ? 0 : 1;
        return 0;
      },
      &value, nullptr);
  return value;
}

}  // namespace

void wipe_unallocated(std::span<unsigned char> page, std::int64_t offset) {
  const std::size_t header = offset == 0 ? kFileHeader : 0;
  const std::size_t size = header_size(page[header]);
  if (size == 0) return;
  // Two bytes at 3: the number of cells, each of which has a pointer of two bytes behind the
  // header. Two bytes at 5: where the cells begin, with 0 for 65 536.
  const std::size_t begin = header + size + 2 * number(page, header + 3);
  const std::size_t content = number(page, header + 5);
  const std::size_t end = content == 0 ? 65'536 : content;
  if (begin >= end || end > page.size()) return;
  const auto first = page.begin() + static_cast<std::ptrdiff_t>(begin);
  std::fill(first, page.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
}

void WipedPages::attach(sqlite3* database) {
  if (auto_vacuum(database) != 0) return;
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
      file == nullptr || file->pMethods == nullptr) {
    return;
  }
  // The file keeps SQLite's methods, except for xWrite.
  methods_.original = file->pMethods;
  methods_.table = *file->pMethods;
  methods_.table.xWrite = &WipedPages::write;
  file->pMethods = &methods_.table;
}

int WipedPages::write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  static_assert(std::is_standard_layout_v<Methods>);  // so &methods->table == methods
  auto* const methods = reinterpret_cast<Methods*>(const_cast<sqlite3_io_methods*>(file->pMethods));
  const auto count = static_cast<std::size_t>(size);
  sqlite3_int64 file_size = 0;
  // What is not surely a whole page of a b-tree goes through as it is.
  if (count > methods->page.size() || !is_page(count, offset) ||
      methods->original->xFileSize(file, &file_size) != SQLITE_OK ||
      std::max(file_size, offset) / size >= kMaxPages) {
    return methods->original->xWrite(file, bytes, size, offset);
  }
  const auto* const from = static_cast<const unsigned char*>(bytes);
  std::copy_n(from, count, methods->page.begin());
  wipe_unallocated(std::span(methods->page).first(count), offset);
  return methods->original->xWrite(file, methods->page.data(), size, offset);
}

}  // namespace promotions
