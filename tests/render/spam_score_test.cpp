// What a spam filter thinks of the mails. Skipped where there is no SpamAssassin.
#include <filesystem>

#include "mail/sample_message.h"
#include "promotions/base/clock.h"
#include "promotions/render/mail_renderer.h"
#include "render/builtin.h"
#include "render/sample.h"
#include "support/catch.h"
#include "support/child_process.h"

using namespace promotions;
using promotions::testing::sample_context;

namespace {

// Each mail as mbox has it: after a line that begins with "From ".
std::string mbox_of_all_mails() {
  const MailRenderer renderer;
  std::string mbox;
  for (const auto kind : kMailKinds) {
    for (const Locale locale : locales()) {
      const MailText text = renderer.render(kind, locale, sample_context());
      Message message = sample_message();
      message.from = {"Sorteo de Navidad", "sorteos@example.org"};
      message.subject = text.subject;
      message.text = text.text;
      message.html = text.html;
      message.date = SystemClock().now();  // as when it is sent; a stale one costs points
      message.message_id =
          std::string(kind) + "." + std::string(locale.tag()) + ".aBcDeF@example.org";
      mbox += "From sorteos@example.org Tue Nov 24 03:04:05 2026\n" + to_mime(message) + "\n";
    }
  }
  std::erase(mbox, '\r');
  return mbox;
}

}  // namespace

TEST_CASE("mail: SpamAssassin's local rules give each kind in each language 0", "[render]") {
  if (!std::filesystem::exists("/usr/bin/spamassassin")) {
    WARN("skipped: SpamAssassin is not installed");
    return;
  }
  const ProgramResult result = run_program(
      {"/usr/bin/spamassassin", "--local", "--test-mode", "--mbox"}, mbox_of_all_mails());
  std::size_t judged = 0;
  const std::string field = "\nX-Spam-Status:";
  for (auto at = result.output.find(field); at != std::string::npos;
       at = result.output.find(field, at + 1)) {
    const std::string verdict = result.output.substr(at + 1, 200);
    CAPTURE(judged, verdict);
    CHECK((verdict.find("score=0.0 ") != std::string::npos ||
           verdict.find("score=-0.0 ") != std::string::npos));
    ++judged;
  }
  CHECK(judged == kMailKinds.size() * locales().size());
}
