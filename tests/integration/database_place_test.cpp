// Where a database is, whose it is, and what `promotions check` says of it, by the real binary.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "integration/running_server.h"
#include "support/catch.h"

using namespace promotions;

namespace fs = std::filesystem;

namespace {

constexpr uid_t kNobody = 65534;

bool says(const ProgramResult& result, const std::string& text) {
  return result.output.find(text) != std::string::npos;
}

// `options` come after those of the server, and so above them.
ProgramResult at(const RunningServer& server, const std::string& path,
                 std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--set", "storage.path=" + path});
  return server.command(arguments);
}

std::size_t files_in(const TempFolder& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a command in the wrong place makes no database, and says where it looked and why",
          "[integration]") {
  RunningServer server;
  const TempFolder elsewhere;
  const std::string path = elsewhere.file("promotions.db");
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"campaign", "list"},
           {"admin", "list"},
           {"jobs", "list"},
           {"queue", "show"},
           {"subscribers", "list", "demo"},
           {"campaign", "create", "demo", "--name", "Demo", "--admin-email", "b@example.org"},
           {"check"}}) {
    const auto result = at(server, path, arguments);
    CAPTURE(arguments, result.output);
    CHECK(result.status == 1);
    CHECK(says(result, path + ": there is no database; storage.path is what --set says; name "));
    CHECK(files_in(elsewhere) == 0);
  }
  const auto by_default = server.command({"--config", "/dev/null", "campaign", "list"});
  CHECK(by_default.status == 0);  // what --set says is above it

  std::ofstream(path).flush();
  const auto empty = at(server, path, {"campaign", "list"});
  CHECK(empty.status == 1);
  CHECK(says(empty, "there is no database"));
  CHECK(fs::file_size(path) == 0);

  CHECK(at(server, path, {"campaign", "list", "--create"}).status == 0);
  CHECK(at(server, path, {"campaign", "list"}).status == 0);
}

TEST_CASE("what is no database of ours is told, and nothing is made beside it", "[integration]") {
  RunningServer server;
  const TempFolder elsewhere;
  const std::string letter = elsewhere.file("letter.txt");
  const std::string notes = elsewhere.file("notes.db");
  std::ofstream(letter) << "Dear reader,\n";
  SQLite::Database(notes, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT)");
  REQUIRE(files_in(elsewhere) == 2);
  for (const std::string& path : {letter, notes}) {
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"campaign", "list"}, {"campaign", "list", "--create"}, {"check"}, {"serve"}}) {
      auto with_outbox = arguments;
      with_outbox.insert(with_outbox.begin(),
                         {"--set", "mail.directory=" + elsewhere.file("outbox")});
      const auto result = at(server, path, with_outbox);
      CAPTURE(arguments, result.output);
      CHECK(result.status == 1);
      CHECK(says(result, path + ": is "));
      CHECK(files_in(elsewhere) == 2);
    }
  }
}

TEST_CASE("commands that only look leave nothing behind that was not there", "[integration]") {
  RunningServer server;
  server.create_campaign("autumn");
  REQUIRE(server.stop() == 0);
  fs::remove_all(server.folder().file("outbox"));
  const std::size_t before = files_in(server.folder());
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"check"}, {"campaign", "list"}, {"campaign", "show", "autumn"}, {"jobs", "list"}}) {
    const auto result = server.command(arguments);
    CAPTURE(arguments, result.output);
    CHECK(result.status == 0);
    CHECK(files_in(server.folder()) == before);
  }
}

TEST_CASE("a database that is moved away while it is served takes no sign-up until it is back",
          "[integration]") {
  RunningServer server;
  server.create_campaign("autumn");
  REQUIRE(server.sign_up("autumn", "ana@example.org").status == 202);
  const std::string moved = server.folder().file("moved.db");
  fs::rename(server.database(), moved);
  const Reply refused = server.sign_up("autumn", "eva@example.org");
  CHECK(refused.status == 503);
  CHECK(refused.code() == "storage_unavailable");
  CHECK(server.get("/readyz").status == 503);
  CHECK(server.get("/healthz").status == 200);
  CHECK(server.wait_for_output("move it back to " + server.database()));
  fs::rename(moved, server.database());
  CHECK(server.sign_up("autumn", "eva@example.org").status == 202);
  CHECK(server.get("/readyz").status == 200);
  CHECK(server.stop() == 0);
}

TEST_CASE("a server whose log is removed ends with status 1 and has lost nothing",
          "[integration]") {
  RunningServer server;
  server.create_campaign("autumn");
  REQUIRE(server.sign_up("autumn", "ana@example.org").status == 202);
  fs::remove(server.database() + "-wal");
  CHECK(server.sign_up("autumn", "eva@example.org").status == 503);
  CHECK(server.wait_for_output("could not be written any more"));
  CHECK(server.stop() == 1);
  const auto list = server.command({"subscribers", "list", "autumn"});
  CHECK(says(list, "ana@example.org"));
  CHECK_FALSE(says(list, "eva@example.org"));
}

TEST_CASE("a second server is refused by whatever name the database has", "[integration]") {
  RunningServer server;
  fs::create_directory(server.folder().file("other"));
  fs::create_symlink("../raffle.db", server.folder().file("other/link.db"));
  fs::create_directory_symlink(server.folder().path(), server.folder().file("folder"));
  fs::create_hard_link(server.database(), server.folder().file("hard.db"));
  for (const char* name : {"other/link.db", "folder/raffle.db", "other/../raffle.db", "hard.db"}) {
    const auto second = at(server, server.folder().file(name), {"serve"});
    CAPTURE(name, second.output);
    CHECK(second.status == 1);
    CHECK(says(second, ": in use by process "));
    CHECK(says(second, "serving http://127.0.0.1:" + std::to_string(server.port())));
    CHECK(says(second, " since 20"));
  }
}

TEST_CASE("commands reach the server through links, and are told the name of a hard-linked one",
          "[integration]") {
  RunningServer server;
  fs::create_symlink("raffle.db", server.folder().file("link.db"));
  fs::create_hard_link(server.database(), server.folder().file("hard.db"));
  CHECK(at(server, server.folder().file("link.db"), {"campaign", "list"}).status == 0);
  const auto hard = at(server, server.folder().file("hard.db"), {"campaign", "list"});
  CAPTURE(hard.output);
  CHECK(hard.status == 1);
  CHECK(says(hard, "hard.db: is the same file as " + server.database()));
  CHECK(says(hard, "serving http://"));
  const auto check = server.command({"check"});
  CHECK(check.status == 1);
  CHECK(says(check, "files: FAILED, " + server.database() + ": has 2 names (hard links)"));
  CHECK(says(check, "database: ok"));
  // After a crash what was written last is in a log beside one of the names.
  server.kill();
  for (const char* name : {"hard.db", "raffle.db"}) {
    const auto refused = at(server, server.folder().file(name), {"campaign", "list"});
    CAPTURE(refused.output);
    CHECK(refused.status == 1);
    CHECK(says(refused, std::string(name) + ": has 2 names (hard links)"));
    CHECK(at(server, server.folder().file(name), {"serve"}).status == 1);
    CHECK(at(server, server.folder().file(name), {"check"}).status == 1);
  }
  fs::remove(server.folder().file("hard.db"));
  CHECK(server.command({"check"}).status == 0);
}

TEST_CASE("check: a mode that keeps the owner from writing is told, also to root",
          "[integration]") {
  RunningServer server;
  CHECK(server.command({"check"}).status == 0);
  REQUIRE(server.stop() == 0);
  CHECK(server.command({"check"}).status == 0);
  ::chmod(server.database().c_str(), 0444);
  const auto file = server.command({"check"});
  CAPTURE(file.output);
  CHECK(file.status == 1);
  CHECK(says(file, "database: FAILED, " + server.database() +
                       ": has mode 0444, so its owner may not write it; chmod u+rw "));
  CHECK_FALSE(says(file, "backup"));
  ::chmod(server.database().c_str(), 0600);
  ::chmod(server.folder().path().c_str(), 0500);
  const auto folder = server.command({"check"});
  ::chmod(server.folder().path().c_str(), 0700);
  CHECK(folder.status == 1);
  CHECK(says(folder, "has mode 0500, so its owner may make no file in it"));
  CHECK(server.command({"check"}).status == 0);
}

TEST_CASE("check: a folder as path, and a missing folder", "[integration]") {
  RunningServer server;
  const auto folder = at(server, server.folder().path().string(), {"check"});
  CHECK(folder.status == 1);
  CHECK(says(folder, "is a folder; storage.path must name a file in it"));
  const auto missing = at(server, server.folder().file("no/raffle.db"), {"check"});
  CHECK(missing.status == 1);
  CHECK(says(missing, "no does not exist; create it or change storage.path"));
}

TEST_CASE("check: files of another user are told, with whose they should be", "[integration]") {
  if (::geteuid() != 0) return;
  RunningServer server;
  REQUIRE(server.stop() == 0);
  // A lock of root's beside a database of the service's: a server was run as root, and killed.
  std::ofstream(server.database() + ".lock").flush();
  ::chmod((server.database() + ".lock").c_str(), 0600);
  REQUIRE(::chown(server.database().c_str(), kNobody, kNobody) == 0);
  const auto result = server.command({"check"});
  CAPTURE(result.output);
  CHECK(result.status == 1);
  CHECK(says(result,
             ".lock: belongs to root (mode 0600) while the database belongs to nobody; "
             "chown nobody: "));
  REQUIRE(::chown((server.database() + ".lock").c_str(), kNobody, kNobody) == 0);
  CHECK(server.command({"check"}).status == 0);
}

TEST_CASE("what root makes in a folder of the service's belongs to the service", "[integration]") {
  if (::geteuid() != 0) return;
  RunningServer server;
  const TempFolder home;
  REQUIRE(::chown(home.path().c_str(), kNobody, kNobody) == 0);
  const auto made = at(server, home.file("promotions.db"), {"campaign", "list", "--create"});
  CAPTURE(made.output);
  REQUIRE(made.status == 0);
  for (const auto& entry : fs::directory_iterator(home.path())) {
    CAPTURE(entry.path());
    struct stat status {};
    REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
    CHECK(status.st_uid == kNobody);
  }
}

TEST_CASE("check: a folder that others need is never to be closed to them", "[integration]") {
  RunningServer server;
  const std::string shared = server.folder().file("shared");
  fs::create_directory(shared);
  ::chmod(shared.c_str(), 01777);
  const auto result = server.command({"--set", "mail.directory=" + shared, "check"});
  CAPTURE(result.output);
  CHECK(says(result, "mail.directory should name a folder for these mails alone"));
  CHECK_FALSE(says(result, "chmod go= " + shared));
}

TEST_CASE("check: every draw is made again, and one that does not come out is named",
          "[integration]") {
  RunningServer server;
  server.create_campaign("navidad", {{"winners", 2}});
  for (const char* email : {"ana@example.org", "ben@example.org", "eva@example.org"}) {
    REQUIRE(server.sign_up("navidad", email).status == 202);
  }
  for (const std::string& link : server.wait_for_links(3)) {
    REQUIRE(server.get(link).status == 200);
  }
  REQUIRE(server.command({"campaign", "finish", "navidad", "--yes"}).status == 0);
  const auto sound = server.command({"check"});
  CAPTURE(sound.output);
  CHECK(sound.status == 0);
  CHECK(says(sound, "draws: ok, 1 come out as they were"));

  REQUIRE(server.stop() == 0);
  const auto tampered = [&](const std::string& sql) {
    const std::string path = server.folder().file("tampered.db");
    fs::copy_file(server.database(), path, fs::copy_options::overwrite_existing);
    SQLite::Database file(path, SQLite::OPEN_READWRITE);
    // What is published is not changed like that; addresses of subscribers may be erased.
    if (!sql.starts_with("UPDATE subscribers")) CHECK_THROWS(file.exec(sql));
    for (const char* trigger : {"drawn_stay", "draws_keep_their_seal", "draws_keep_their_result"}) {
      file.exec(std::string("DROP TRIGGER ") + trigger);
    }
    file.exec(sql);
    const auto result = at(server, path, {"check"});
    CAPTURE(sql, result.output);
    CHECK(result.status == 1);
    CHECK(says(result, "draws: FAILED, the draw of navidad does not come out: "));
    CHECK(says(result, "the trigger drawn_stay is missing, and 2 more like it"));
    CHECK_FALSE(says(result, "backup"));
    return result;
  };
  CHECK(says(tampered("UPDATE subscribers SET email_key = 'eve@example.net' WHERE ticket = 2"),
             "with ticket 2 is not who was sealed"));
  tampered("UPDATE drawn SET position = 9 WHERE position = 1");
  tampered("UPDATE draws SET seed = zeroblob(32)");
  tampered("UPDATE draws SET root = zeroblob(32)");
  tampered("UPDATE drawn SET entrant = 2 - entrant, ticket = 4 - ticket");
}
