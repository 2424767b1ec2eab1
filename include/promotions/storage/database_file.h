// The database seen from outside, as a file: where it is, who owns it, and what keeps this process
// from using it. Nothing here opens a database that exists, because closing it again would drop
// SQLite's locks.
#pragma once

#include <string>
#include <vector>

namespace promotions {

// The absolute path to which `path` leads through symbolic links. Works for a file that does not
// exist yet. SQLite puts its log beside that file, and we put our lock and socket there, too.
std::string real_database_path(const std::string& path);

// `empty` is a file without content, which SQLite would turn into a database. `there` is also
// returned if the file cannot be looked at; opening it will show why.
enum class DatabasePresence { missing, empty, there };
DatabasePresence presence_of_database(const std::string& path);

// Makes an empty file for a database, with mode 0600, if there is none. Throws UserError.
void make_database_file(const std::string& path);

// Lists what keeps this process, or the owner of the database, from reading and writing the
// database at `path`. Each entry is "PLACE: what is wrong; what would be right", the worst first.
// Empty if nothing can be seen from outside. Looks at folder, file, file system, log, lock and
// socket. Mode bits are checked themselves, since access checks always succeed for root.
std::vector<std::string> file_troubles(const std::string& path);

// Says that the file has several names (hard links), in the form of file_troubles(); empty if it
// has one. SQLite puts its log beside the name that is used, so a log that a killed program left
// beside one name would be missing under another.
std::string hard_link_trouble(const std::string& path);

// True if not even a few blocks are free for this user, or the file system can hold no more files.
bool is_file_system_full(const std::string& path);

// For errors that say that the disk is full: "12 MiB of 40 GiB are free on the file system of
// /var/lib/promotions, and there may be a quota".
std::string space_left(const std::string& path);

}  // namespace promotions
