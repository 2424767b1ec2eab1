// What people read is in the catalogues. A word in the sources would be in one language only.
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "promotions/base/unicode.h"
#include "promotions/domain/locale.h"
#include "support/catch.h"

using namespace promotions;

namespace {

const std::filesystem::path kRoot = PROMOTIONS_SOURCE_DIR;

// Letters that English does not have, in Latin script: a sentence in any other language of ours has
// one before long.
bool has_foreign_letter(std::string_view text) {
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    if (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) return true;
  }
  return false;
}

template <typename Check>
void for_each_line_of_code(Check check) {
  for (const char* folder : {"src", "include"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / folder)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
      std::ifstream file(entry.path());
      std::string line;
      for (int number = 1; std::getline(file, line); ++number) {
        line.erase(std::min(line.find("//"), line.size()));
        INFO(entry.path() << ":" << number << ": " << line);
        check(entry.path().lexically_relative(kRoot), line);
      }
    }
  }
}

}  // namespace

TEST_CASE("sources: no text in the language of some people only", "[render]") {
  std::size_t lines = 0;
  for_each_line_of_code([&](const std::filesystem::path& file, const std::string& line) {
    ++lines;
    if (file == "src/domain/locale.cpp") return;  // what languages call themselves
    if (has_foreign_letter(line)) FAIL_CHECK("a word of one language; expected a catalogue's text");
  });
  CHECK(lines > 10'000);
}

TEST_CASE("sources: nothing asks which language it is", "[render]") {
  std::string tags;
  for (const Locale locale : locales()) tags.append(tags.empty() ? "" : "|").append(locale.tag());
  const std::regex comparison("[!=]= ?\"(" + tags + ")\"");
  REQUIRE(std::regex_search("if (locale == \"en\")", comparison));
  for_each_line_of_code([&](const std::filesystem::path&, const std::string& line) {
    if (line.find('"') == std::string::npos) return;
    if (std::regex_search(line, comparison)) {
      FAIL_CHECK(
          "a language by its name; expected a text of the catalogue or a row of domain/locale");
    }
  });
}
