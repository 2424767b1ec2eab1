#include "promotions/render/check_commands.h"

#include "support/catch.h"
#include "support/child_process.h"

using namespace promotions;

TEST_CASE("shell_word: a shell reads back what was meant, whatever it is", "[render]") {
  for (const std::string text : {"plain",
                                 "a@example.org",
                                 "",
                                 " ",
                                 "two words",
                                 "it's",
                                 "'",
                                 "''",
                                 "$(id)",
                                 "`id`@example.org",
                                 "a;b",
                                 "a&b",
                                 "a|b",
                                 "a>b",
                                 "*",
                                 "~",
                                 "#x",
                                 "!x",
                                 "{a,b}",
                                 "back\\slash",
                                 "\"quoted\"",
                                 "ñ@example.org",
                                 "o'neil+$HOME@example.org"}) {
    CAPTURE(text);
    const ProgramResult result =
        run_program({"/bin/sh", "-c", "printf '<%s>\\n' " + shell_word(text) + " end"});
    CHECK(result.status == 0);
    CHECK(result.output == "<" + text + ">\n<end>\n");
  }
  CHECK(shell_word("ana+x@example.org") == "ana+x@example.org");
  CHECK(shell_word("https://example.org/c/a/draw.json") == "https://example.org/c/a/draw.json");
}

TEST_CASE("check_commands: fetch both files, then check them", "[render]") {
  CHECK(check_commands("https://example.org/c/autumn", " --seal seal.json") ==
        "curl -fsSO https://example.org/c/autumn/draw.json\n"
        "curl -fsSO https://example.org/c/autumn/leaves.txt\n"
        "promotions draw verify draw.json --leaves leaves.txt --seal seal.json");
  CHECK(check_commands("https://example.org/a b/c/x")
            .find("curl -fsSO 'https://example.org/a b/c/x/draw.json'\n") == 0);
}
