#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/usage.h"
#include "promotions/base/errors.h"
#include "promotions/domain/draw_check.h"
#include "promotions/domain/email_address.h"

namespace promotions {
namespace {

// Far larger than any transcript; a device that is named by mistake must not fill memory.
constexpr std::size_t kMaxTranscript = std::size_t{256} << 20U;

struct VerifyOptions {
  std::string transcript;
  std::string leaves;
  std::optional<std::int64_t> ticket;
  std::string nonce;
  std::string email;
};

UserError wrong_usage(const std::string& message) {
  return UserError("draw verify: " + message, kWrongUsage);
}

void open_file(std::ifstream& file, const std::string& path) {
  file.open(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    throw wrong_usage(path + " cannot be read; expected a readable file");
  }
}

std::string read_transcript_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") open_file(file, path);
  std::istream& input = path == "-" ? std::cin : file;
  std::string text;
  std::vector<char> block(std::size_t{1} << 16U);
  while (input && text.size() <= kMaxTranscript) {
    input.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block.data(), static_cast<std::size_t>(input.gcount()));
  }
  if (text.size() > kMaxTranscript) {
    throw wrong_usage("TRANSCRIPT is larger than 256 MiB; expected a published transcript");
  }
  if (input.bad()) throw wrong_usage(path + " cannot be read to its end; expected a readable file");
  return text;
}

std::optional<Receipt> read_receipt(const VerifyOptions& options) {
  if (!options.ticket) return std::nullopt;
  Receipt receipt;
  receipt.ticket = *options.ticket;
  if (receipt.ticket < 1) throw wrong_usage("--ticket is not a ticket; expected 1, 2, 3, …");
  const auto nonce = parse_nonce(options.nonce);
  if (!nonce) {
    throw wrong_usage("--nonce is not one; expected the 32 hexadecimal digits of the receipt");
  }
  receipt.nonce = *nonce;
  const auto email = EmailAddress::parse(options.email);
  if (!email) {
    throw wrong_usage("--email is not an address; expected one such as name@example.org");
  }
  // Either may be in the list: the mailbox, where the campaign merges aliases.
  receipt.email_keys = {email->key()};
  if (email->mailbox() != email->key()) receipt.email_keys.push_back(email->mailbox());
  return receipt;
}

void print_check(const Check& check) {
  const char* format = "ok    %s %s\n";
  if (check.outcome == Check::Outcome::failed) format = "WRONG %s: %s\n";
  if (check.outcome == Check::Outcome::skipped) format = "-     %s: not checked, %s\n";
  std::printf(format, check.name.c_str(), check.detail.c_str());
}

OrderedJson report_json(const DrawReport& report) {
  OrderedJson checks = OrderedJson::array();
  for (const Check& check : report.checks) {
    OrderedJson ok = check.outcome == Check::Outcome::passed;
    if (check.outcome == Check::Outcome::skipped) ok = nullptr;
    checks.push_back({{"check", check.name}, {"ok", ok}, {"detail", check.detail}});
  }
  return {{"ok", report.passed()}, {"checks", checks}};
}

int verify(const GlobalOptions& global, const VerifyOptions& options) {
  const auto receipt = read_receipt(options);
  const std::string transcript = read_transcript_file(options.transcript);
  std::ifstream leaves;
  open_file(leaves, options.leaves);
  const DrawReport report = [&] {
    const Progress progress("checking the draw");
    return check_draw(transcript, leaves, receipt);
  }();
  if (global.json) {
    print_json(report_json(report));
  } else {
    for (const Check& check : report.checks) print_check(check);
    std::puts(report.passed()
                  ? "All of it fits: whoever was drawn follows from the seal and what was revealed."
                  : "Something does not fit: this is not a draw as it was sealed and published.");
  }
  return report.passed() ? kDone : kFailed;
}

}  // namespace

void add_draw(CLI::App& app, Action& action) {
  CLI::App* draw = app.add_subcommand("draw", "Check a published draw");
  draw->require_subcommand(1);
  CLI::App* command = draw->add_subcommand(
      "verify", "Compute a draw again from what was published; needs no database");
  const auto options = std::make_shared<VerifyOptions>();
  command->add_option("TRANSCRIPT", options->transcript, "The published draw.json; - for stdin")
      ->required();
  command->add_option("--leaves", options->leaves, "The published leaves.txt")->required();
  CLI::Option* ticket =
      command->add_option("--ticket", options->ticket, "Ticket of an entrant, from the receipt")
          ->check(id_number());
  CLI::Option* nonce =
      command->add_option("--nonce", options->nonce, "Nonce from the same receipt");
  CLI::Option* email = command->add_option("--email", options->email, "Address of the entrant");
  ticket->needs(nonce)->needs(email);
  nonce->needs(ticket);
  email->needs(ticket);
  command->callback([&action, options] {
    action = [options](const GlobalOptions& global) { return verify(global, *options); };
  });
}

}  // namespace promotions
