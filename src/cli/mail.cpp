#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/crowd.h"
#include "cli/output.h"
#include "promotions/app/application.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/base/random.h"
#include "promotions/domain/email_address.h"
#include "promotions/render/phrases.h"

namespace promotions {
namespace {

Message test_message(const MailConfig& config, const EmailAddress& to, Locale locale) {
  SystemRandom random;
  std::array<unsigned char, 16> id{};
  random.fill(id);
  Message message;
  message.from = sender_of(config);
  message.to = to.text();
  message.subject = "Promotions: " + phrase(locale, Phrase::test_subject);
  // The body is in all languages, since the recipient may read any of them.
  for (const Locale each : locales()) {
    const std::string line = phrase(each, Phrase::test_text);
    message.text.append(line).append("\n");
    message.html.append("<p>").append(line).append("</p>\n");
  }
  message.date = message.created = SystemClock().now();
  message.message_id = to_hex(id) + message.from.address.substr(message.from.address.rfind('@'));
  return message;
}

void print_line(const char* what, std::string_view text) {
  if (!text.empty()) std::printf("%s: %s\n", what, std::string(text).c_str());
}

int test(const GlobalOptions& options, const std::string& address) {
  const auto to = EmailAddress::parse(address);
  if (!to) {
    throw UserError("mail test: ADDRESS is not an address; expected one such as name@example.org",
                    kWrongUsage);
  }
  const Config config = configure(options);
  const auto transport = make_transport(config.mail);
  const Delivery delivery = [&] {
    const Progress progress("sending");
    return with_patience([&] {
      return transport->send(test_message(config.mail, *to, Locale::of(config.campaigns.locale)));
    });
  }();
  // If there is no room because the running server uses it all, mail works: that is no failure.
  std::optional<std::string> crowd;
  if (delivery.outcome == DeliveryClass::crowded) {
    crowd = crowd_of_ours(config, transport->description());
  }
  const std::string meaning =
      crowd ? *crowd + "; this message was not sent" : std::string(delivery.meaning);
  if (options.json) {
    print_json({{"transport", transport->description()},
                {"outcome", to_text(delivery.outcome)},
                {"reply_code", delivery.reply_code},
                {"status", delivery.status},
                {"detail", delivery.detail},
                {"rule", delivery.rule},
                {"meaning", meaning}});
  } else {
    std::printf("%s: %s", transport->description().c_str(),
                std::string(to_text(delivery.outcome)).c_str());
    if (!delivery.detail.empty()) std::printf(" (%s)", delivery.detail.c_str());
    std::fputc('\n', stdout);
    print_line("rule", delivery.rule);
    print_line("meaning", meaning);
  }
  return delivery.outcome == DeliveryClass::delivered || crowd ? kDone : kFailed;
}

}  // namespace

void add_mail(CLI::App& app, Action& action) {
  CLI::App* mail = app.add_subcommand("mail", "Test the sending of mail");
  mail->require_subcommand(1);
  CLI::App* command = mail->add_subcommand("test", "Send one test mail");
  const auto address = std::make_shared<std::string>();
  command->add_option("ADDRESS", *address, "The recipient")->required();
  command->callback([&action, address] {
    action = [address](const GlobalOptions& options) { return test(options, *address); };
  });
}

}  // namespace promotions
