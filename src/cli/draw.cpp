#include <algorithm>
#include <charconv>
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

namespace promotions {
namespace {

// Far larger than any transcript; a device that is named by mistake must not fill memory.
constexpr std::size_t kMaxTranscript = std::size_t{256} << 20U;
constexpr std::int64_t kMaxTicket = 9'007'199'254'740'991;  // 2^53 − 1, as in the records

struct VerifyOptions {
  std::string transcript;
  std::string leaves;
  std::optional<std::string> ticket;
  std::string nonce;
  std::string email;
  std::optional<std::string> seal;
  std::optional<std::string> commitment;
  std::optional<std::string> terms;
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

// `what`: "TRANSCRIPT", for messages.
std::string read_record_file(const std::string& path, const std::string& what) {
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
    throw wrong_usage(what + " is larger than 256 MiB; expected what a campaign publishes");
  }
  if (input.bad()) throw wrong_usage(path + " cannot be read to its end; expected a readable file");
  return text;
}

// In the one form that receipts print: no sign, no leading zero.
std::optional<std::int64_t> parse_ticket(const std::string& text) {
  if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
  std::int64_t ticket = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ticket);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return ticket <= kMaxTicket ? std::optional(ticket) : std::nullopt;
}

// It is hashed as it is, so what no receipt prints is a mistake.
bool is_printed_address(const std::string& text) {
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::optional<Receipt> read_receipt(const VerifyOptions& options) {
  if (!options.ticket) return std::nullopt;
  const auto ticket = parse_ticket(*options.ticket);
  if (!ticket) {
    throw wrong_usage("--ticket is not a ticket; expected 1, 2, 3, … as the receipt has it");
  }
  const auto nonce = parse_nonce(options.nonce);
  if (!nonce) {
    throw wrong_usage(
        "--nonce is not one; expected the 32 lower-case hexadecimal digits of the receipt");
  }
  if (!is_printed_address(options.email)) {
    throw wrong_usage(
        "--email is not an address; expected the one that the receipt prints, such as"
        " name@example.org");
  }
  return Receipt{*ticket, *nonce, options.email};
}

std::optional<Hash> read_hash(const std::optional<std::string>& text, const std::string& option) {
  if (!text) return std::nullopt;
  const auto hash = parse_hash(*text);
  if (!hash) {
    throw wrong_usage(option +
                      " is not a hash; expected the 64 lower-case hexadecimal digits of"
                      " the receipt");
  }
  return hash;
}

Kept read_kept(const VerifyOptions& options) {
  Kept kept;
  kept.receipt = read_receipt(options);
  kept.commitment = read_hash(options.commitment, "--commitment");
  kept.terms = read_hash(options.terms, "--terms");
  if (options.seal) {
    if (*options.seal == "-" && options.transcript == "-") {
      throw wrong_usage("TRANSCRIPT and --seal are both -; expected a file for one of them");
    }
    kept.seal = read_record_file(*options.seal, "--seal");
  }
  return kept;
}

void print_check(const Check& check) {
  const char* name = check.name.c_str();
  const char* detail = check.detail.c_str();
  switch (check.outcome) {
    case Check::Outcome::passed:
      std::printf("ok    %s %s\n", name, detail);
      break;
    case Check::Outcome::failed:
      std::printf("WRONG %s: %s\n", name, detail);
      break;
    case Check::Outcome::skipped:
      std::printf("-     %s: passed over, %s\n", name, detail);
      break;
    case Check::Outcome::not_checked:
      std::printf("NOT CHECKED: %s\n", detail);
      break;
  }
}

// null: neither.
OrderedJson ok_of(Check::Outcome outcome) {
  if (outcome == Check::Outcome::passed) return true;
  if (outcome == Check::Outcome::failed) return false;
  return nullptr;
}

OrderedJson report_json(const DrawReport& report) {
  OrderedJson checks = OrderedJson::array();
  for (const Check& check : report.checks) {
    checks.push_back(
        {{"check", check.name}, {"ok", ok_of(check.outcome)}, {"detail", check.detail}});
  }
  return {{"ok", report.passed()}, {"checks", checks}};
}

int verify(const GlobalOptions& global, const VerifyOptions& options) {
  const Kept kept = read_kept(options);
  const std::string transcript = read_record_file(options.transcript, "TRANSCRIPT");
  std::ifstream leaves;
  open_file(leaves, options.leaves);
  const DrawReport report = [&] {
    const Progress progress("checking the draw");
    return check_draw(transcript, leaves, kept);
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
      command->add_option("--ticket", options->ticket, "Ticket of an entrant, from the receipt");
  CLI::Option* nonce =
      command->add_option("--nonce", options->nonce, "Nonce from the same receipt");
  CLI::Option* email = command->add_option("--email", options->email,
                                           "Address of the entrant, as the receipt prints it");
  ticket->needs(nonce)->needs(email);
  nonce->needs(ticket);
  email->needs(ticket);
  command->add_option("--seal", options->seal, "A seal.json that somebody kept, to compare");
  command->add_option("--commitment", options->commitment, "Commitment of a receipt, to compare");
  command->add_option("--terms", options->terms, "Hash of the terms in a receipt, to compare");
  command->callback([&action, options] {
    action = [options](const GlobalOptions& global) { return verify(global, *options); };
  });
}

}  // namespace promotions
