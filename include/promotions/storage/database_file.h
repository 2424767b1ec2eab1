// The database as a file among files: where it is, whose it is, and what keeps this process from
// using it. Nothing here opens it.
#pragma once

#include <string>
#include <vector>

namespace promotions {

// Where `path` leads, through symbolic links; absolute. Works for a file that is not there yet.
// SQLite puts its log beside that one, and so do we with what belongs to the database.
std::string real_database_path(const std::string& path);

// empty: SQLite would make a database of it. there: or it cannot be told, which opening it will.
enum class DatabasePresence { missing, empty, there };
DatabasePresence presence_of_database(const std::string& path);

// Makes an empty file for a database, for its owner only, if there is none. Throws UserError.
void make_database_file(const std::string& path);

// What keeps this process from reading and writing the database at `path`, or its owner from doing
// so: "PLACE: what is wrong; what would be right" each, the worst first; empty if nothing is to be
// seen from outside. Looks at folder, file, file system, log, lock and socket. Modes are looked at
// themselves, since root passes all of them.
std::vector<std::string> file_troubles(const std::string& path);

// That the same file has several names, as in file_troubles(); empty: it has one. SQLite puts its
// log beside the name that is used, so what a program that was killed left there is missing under
// another.
std::string hard_link_trouble(const std::string& path);

// Not even a few blocks, or no more files.
bool is_file_system_full(const std::string& path);

// "12 MiB of 40 GiB are free on its file system", for errors that say that it is full.
std::string space_left(const std::string& path);

}  // namespace promotions
