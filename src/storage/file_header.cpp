// Tells from the beginning of a file whose it is: https://www.sqlite.org/fileformat2.html §1.3 (the
// header of the file) and §1.6 (the header of a page).
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "promotions/storage/database_file.h"
#include "promotions/storage/storage.h"
#include "storage/complaint.h"
#include "storage/schema.h"

namespace promotions {
namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kApplicationIdAt = 68;
// The first page, behind the header of the file, is the root of the table of all tables and
// indexes. If it is a leaf without cells, the database has no tables.
constexpr std::size_t kPageTypeAt = 100;
constexpr std::size_t kCellsAt = 103;
constexpr unsigned kLeafOfTable = 13;
constexpr std::size_t kLookedAt = 108;

using Beginning = std::array<char, kLookedAt>;

// Big-endian.
unsigned number(const Beginning& beginning, std::size_t at, std::size_t bytes) {
  unsigned value = 0;
  for (std::size_t i = at; i < at + bytes; ++i) {
    value = value << 8U | static_cast<unsigned char>(beginning.at(i));
  }
  return value;
}

}  // namespace

std::optional<std::string> foreign_file(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return std::nullopt;
  // A transaction was cut short. What the file holds counts only once SQLite has rolled it back.
  if (std::filesystem::exists(real_database_path(path) + "-journal", none)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  Beginning beginning{};
  file.read(beginning.data(), beginning.size());
  if (file.bad() || file.gcount() == 0) return std::nullopt;  // opening it will say why
  if (!std::string_view(beginning.data(), beginning.size()).starts_with(kMagic)) {
    const Complaint complaint = complaint_of(path, SQLITE_NOTADB, 0);
    return complaint.what + "; " + complaint.right;
  }
  const unsigned application = number(beginning, kApplicationIdAt, 4);
  const bool is_empty =
      number(beginning, kPageTypeAt, 1) == kLeafOfTable && number(beginning, kCellsAt, 2) == 0;
  if (application == kApplicationId || (application == 0 && is_empty)) return std::nullopt;
  return kIsForeign;
}

}  // namespace promotions
