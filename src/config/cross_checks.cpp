#include "config/cross_checks.h"

#include <filesystem>
#include <string_view>
#include <utility>

#include "config/assign.h"
#include "config/keys.h"
#include "config/small_file.h"
#include "promotions/base/errors.h"
#include "promotions/base/time_text.h"

namespace promotions {
namespace {

class CrossChecks {
 public:
  CrossChecks(Config& config, const ConfigPlaces& places) : config_(config), places_(places) {}

  void check_smtp_host() const {
    if (config_.mail.transport != "smtp" || !config_.mail.smtp.host.empty()) return;
    fail("mail.transport",
         "mail.smtp.host is \"\"; expected a host name, because mail.transport is smtp");
  }

  void check_password() {
    SmtpConfig& smtp = config_.mail.smtp;
    if (!smtp.password.empty() && !smtp.password_file.empty()) {
      fail("mail.smtp.password_file",
           "mail.smtp.password and mail.smtp.password_file are both set; expected one of them");
    }
    warn_of_readers(smtp);
    if (!smtp.password_file.empty()) read_password(smtp);
    if (!smtp.username.empty() && smtp.password.empty()) {
      fail("mail.smtp.username",
           "mail.smtp.username has no password; expected mail.smtp.password or "
           "mail.smtp.password_file");
    }
  }

  // The file is read again where it is used; here its place can be named.
  void check_ca_file() const {
    const std::string& file = config_.mail.smtp.ca_file;
    if (file.empty()) return;
    const std::string before =
        place("mail.smtp.ca_file") + ": mail.smtp.ca_file " + in_quotes(file);
    if (read_small_file(file, before + " ").find("-----BEGIN ") == std::string::npos) {
      throw ConfigError(before + " holds no certificate; expected certificates in PEM");
    }
  }

  void check_backoff() const {
    const QueueConfig& queue = config_.queue;
    if (queue.backoff_min <= queue.backoff_max) return;
    const bool min_is_set = places_.contains("queue.backoff_min");
    fail(min_is_set ? "queue.backoff_min" : "queue.backoff_max",
         "queue.backoff_min is " + in_quotes(to_duration_text(queue.backoff_min)) +
             "; expected at most queue.backoff_max, " +
             in_quotes(to_duration_text(queue.backoff_max)));
  }

 private:
  // Blames the place where `key` was set.
  [[noreturn]] void fail(std::string_view key, const std::string& message) const {
    throw ConfigError(place(key) + ": " + message);
  }

  std::string place(std::string_view key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? "defaults" : found->second;
  }

  // A password that other users of the machine can read.
  void warn_of_readers(const SmtpConfig& smtp) {
    const std::string instead = "; expected mail.smtp.password_file with mode 0600";
    if (!smtp.password.empty()) {
      const std::string from = place("mail.smtp.password");
      if (from == "--set") {
        warn(from + ": mail.smtp.password is shown to all users by ps" + instead);
      } else if (is_open_to_all(from.substr(0, from.rfind(':')))) {
        warn(from + ": mail.smtp.password is in a file that all users can read" + instead);
      }
    } else if (!smtp.password_file.empty() && is_open_to_all(smtp.password_file)) {
      warn(place("mail.smtp.password_file") + ": mail.smtp.password_file " +
           in_quotes(smtp.password_file) + " can be read by all users; expected mode 0600");
    }
  }

  static bool is_open_to_all(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    return !error && std::filesystem::is_regular_file(status) &&
           (status.permissions() & std::filesystem::perms::others_read) !=
               std::filesystem::perms::none;
  }

  void warn(std::string warning) { config_.warnings.push_back(std::move(warning)); }

  void read_password(SmtpConfig& smtp) const {
    const std::string before = place("mail.smtp.password_file") + ": mail.smtp.password_file " +
                               in_quotes(smtp.password_file);
    std::string password = read_small_file(smtp.password_file, before + " ");
    if (password.ends_with('\n')) password.pop_back();
    if (password.ends_with('\r')) password.pop_back();
    if (!some_text(password)) {
      throw ConfigError(before + " holds no usable password; expected one line of text");
    }
    smtp.password = std::move(password);
  }

  Config& config_;
  const ConfigPlaces& places_;
};

}  // namespace

void cross_check(Config& config, const ConfigPlaces& places) {
  CrossChecks checks(config, places);
  checks.check_smtp_host();
  checks.check_password();
  checks.check_ca_file();
  checks.check_backoff();
}

}  // namespace promotions
