// docs/draw.md shows how a published draw is checked; what it shows is what happens.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/child_process.h"

using namespace promotions;

namespace {

namespace fs = std::filesystem;

constexpr char kMark[] = "<!-- run by tests/integration/draw_example_test.cpp -->";

// The programs of a session's names.
constexpr char kPrograms[] =
    "promotions() { \"$PROMOTIONS\" \"$@\"; }\n"
    "python3() { /usr/bin/python3 -B \"$@\"; }\n";

// Where the tests' own program is: beside the real binary, in a folder of the sources.
fs::path program_folder() {
  return fs::read_symlink("/proc/self/exe").parent_path();
}

// The nearest folder above `start` that has `name`.
fs::path above(const fs::path& start, const fs::path& name) {
  for (fs::path folder = start; folder != folder.root_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / name)) return folder;
  }
  return {};
}

// What a console shows: the commands after "$ ", continued after "> ", and all that they print.
struct Session {
  std::string commands;
  std::string output;
};

std::vector<Session> sessions_of(const fs::path& document) {
  std::vector<Session> sessions;
  std::ifstream file(document);
  bool marked = false;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (inside && line == "```") {
      inside = false;
    } else if (inside && (line.starts_with("$ ") || line.starts_with("> "))) {
      sessions.back().commands += line.substr(2) + "\n";
    } else if (inside) {
      sessions.back().output += line + "\n";
    } else if (marked && line == "```console") {
      inside = true;
      sessions.emplace_back();
    }
    marked = line == kMark;
  }
  return sessions;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("draw example: what the documentation shows of a draw's check is what happens",
          "[integration]") {
  const fs::path binary = above(program_folder(), "promotions") / "promotions";
  const fs::path root = above(program_folder(), "docs/draw.md");
  CAPTURE(program_folder(), binary, root);
  REQUIRE(fs::is_regular_file(binary));
  REQUIRE(fs::is_directory(root / "docs/draw-example"));

  const std::vector<Session> sessions = sessions_of(root / "docs/draw.md");
  REQUIRE(sessions.size() == 3);
  CHECK(contains(sessions[0].commands, "promotions draw verify draw.json --leaves leaves.txt"));
  CHECK(contains(sessions[1].commands, "scripts/verify_draw.py draw.json --leaves leaves.txt"));
  CHECK(contains(sessions[2].commands, "sha256sum"));
  for (const Session& session : sessions) {
    const std::string commands = kPrograms + session.commands;
    const ProgramResult result = run_program(
        {"env", "-C", (root / "docs/draw-example").string(), "PROMOTIONS=" + binary.string(),
         "timeout", "60", "bash", "-c", "exec 2>&1; eval \"$1\"", "bash", commands});
    CAPTURE(session.commands);
    CHECK(result.status == 0);
    CHECK(result.output == session.output);
  }
}
