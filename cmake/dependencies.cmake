# Every third-party library, from the system's packages (scripts/install-dependencies).
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(date REQUIRED)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(idn2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
# No package file either. libidn2 uses it, too, so it is no further library at run time.
find_path(UNISTRING_INCLUDE_DIR uninorm.h REQUIRED)
find_library(UNISTRING_LIBRARY unistring REQUIRED)
find_path(MUSTACHE_INCLUDE_DIR kainjow/mustache.hpp REQUIRED)  # header only, no package file

# Takes the place of the C library's malloc, where writes are made on one thread and freed on another
# all the time. Sanitizers bring their own.
add_library(promotions_allocator INTERFACE)
if(NOT PROMOTIONS_SANITIZE)
  target_link_libraries(promotions_allocator INTERFACE PkgConfig::jemalloc)
endif()

add_library(promotions_dependencies INTERFACE)
target_include_directories(promotions_dependencies SYSTEM INTERFACE
  ${MUSTACHE_INCLUDE_DIR} ${UNISTRING_INCLUDE_DIR})
target_link_libraries(promotions_dependencies INTERFACE
  Threads::Threads
  SQLiteCpp
  PkgConfig::sqlite3
  spdlog::spdlog
  CLI11::CLI11
  nlohmann_json::nlohmann_json
  tomlplusplus::tomlplusplus
  date::date-tz
  PkgConfig::httplib
  PkgConfig::curl
  PkgConfig::sodium
  PkgConfig::idn2
  ${UNISTRING_LIBRARY})
