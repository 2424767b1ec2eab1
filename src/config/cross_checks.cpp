#include "config/cross_checks.h"

#include <filesystem>
#include <string_view>
#include <utility>

#include "config/assign.h"
#include "config/keys.h"
#include "config/small_file.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/base/time_text.h"

namespace promotions {
namespace {

class CrossChecks {
 public:
  explicit CrossChecks(Config& config) : config_(config) {}

  void check_proxy_protocol() const {
    if (!config_.server.proxy_protocol || !config_.server.trusted_proxies.empty()) return;
    fail("server.proxy_protocol",
         "server.proxy_protocol is true, but server.trusted_proxies is empty; expected there the "
         "proxies that speak it, such as [\"127.0.0.1/32\"]");
  }

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

  // The file is read again where it is used, but only here can the message name the key's place.
  void check_ca_file() const {
    const std::string& file = config_.mail.smtp.ca_file;
    if (file.empty()) return;
    const std::string before =
        place("mail.smtp.ca_file") + ": mail.smtp.ca_file " + in_quotes(file);
    if (read_small_file(file, before + " ").find("-----BEGIN ") == std::string::npos) {
      throw ConfigError(before + " holds no certificate; expected certificates in PEM");
    }
  }

  // For others, "localhost" in a mail would be their own machine.
  void check_localhost() {
    const MailConfig& mail = config_.mail;
    if (mail.transport != "smtp") return;
    const std::string expected = "; expected an address of a domain of yours";
    for (const auto& [key, address] :
         {std::pair<const char*, const std::string&>("mail.from", mail.from),
          std::pair<const char*, const std::string&>("mail.envelope_from", mail.envelope_from)}) {
      if (is_localhost(domain_in(address))) {
        error(place(key) + ": " + key + " is at " + domain_in(address) +
              ", where nobody can answer and no server knows it" + expected);
      }
    }
    const std::string& url = config_.server.public_url;
    if (is_localhost(host_in(url))) {
      error(place("server.public_url") + ": server.public_url is " + in_quotes(url) +
            ", which leads whoever opens a link to their own machine; expected the URL under which "
            "people reach this server");
    }
  }

  void check_backoff() const {
    const QueueConfig& queue = config_.queue;
    if (queue.backoff_min <= queue.backoff_max) return;
    const bool min_is_set = config_.places.contains("queue.backoff_min");
    fail(min_is_set ? "queue.backoff_min" : "queue.backoff_max",
         "queue.backoff_min is " + in_quotes(to_duration_text(queue.backoff_min)) +
             "; expected at most queue.backoff_max, " +
             in_quotes(to_duration_text(queue.backoff_max)));
  }

  // If a lease ends while its mail is being sent, another worker sends the mail, too.
  void check_lease() {
    if (config_.mail.transport != "smtp") return;
    const Millis lease = config_.queue.lease;
    const Millis timeout = config_.mail.smtp.timeout;
    if (lease >= 2 * timeout) return;
    const bool lease_is_set = config_.places.contains("queue.lease");
    warn(place(lease_is_set ? "queue.lease" : "mail.smtp.timeout") + ": queue.lease is " +
         to_duration_text(lease) + " and mail.smtp.timeout " + to_duration_text(timeout) +
         ", so a slow mail could be sent twice; expected a lease of " +
         to_duration_text(2 * timeout) + " or more");
  }

  // The request's timeout includes the one of its head, so it should not be the shorter one.
  void check_timeouts() {
    const ServerConfig& server = config_.server;
    if (server.header_timeout <= server.request_timeout) return;
    const bool head_is_set = config_.places.contains("server.header_timeout");
    warn(place(head_is_set ? "server.header_timeout" : "server.request_timeout") +
         ": server.header_timeout is " + to_duration_text(server.header_timeout) +
         ", longer than server.request_timeout, " + to_duration_text(server.request_timeout) +
         ", which ends the request before; expected at most that");
  }

 private:
  // Throws an error that names the place where `key` was set.
  [[noreturn]] void fail(std::string_view key, const std::string& message) const {
    throw ConfigError(place(key) + ": " + message);
  }

  std::string place(std::string_view key) const { return config_.place_of(key); }

  // Warns of a password that other users of this machine can read.
  void warn_of_readers(const SmtpConfig& smtp) {
    const std::string instead = "; expected mail.smtp.password_file with mode 0600";
    if (!smtp.password.empty()) {
      const std::string from = place("mail.smtp.password");
      if (from == "--set") {
        warn(from + ": mail.smtp.password is shown to all users by ps" + instead);
      } else if (is_open_to_all(from.substr(0, from.rfind(':')))) {  // "FILE:LINE"
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

  // "Name <a@example.org>" -> "example.org"
  static std::string domain_in(const std::string& mailbox) {
    const auto at = mailbox.rfind('@');
    if (at == std::string::npos) return {};
    return mailbox.substr(at + 1, mailbox.find_first_of("> ", at) - at - 1);
  }

  // "http://[::1]:8080/path" -> "[::1]"
  static std::string host_in(const std::string& url) {
    const std::string rest = url.substr(url.find("://") + 3);
    const auto bracket = rest.starts_with('[') ? rest.find(']') : 0;
    return rest.substr(0, rest.find_first_of(":/", bracket));
  }

  static bool is_localhost(std::string host) {
    host = to_lower_ascii(host);
    if (host.ends_with('.')) host.pop_back();
    return host == "localhost" || host.ends_with(".localhost") ||
           host.ends_with(".localdomain") ||  // "localhost.localdomain"
           is_loopback(host) || is_loopback("[" + host + "]") || host == "0.0.0.0" ||
           host == "[::]";
  }

  void error(std::string error) { config_.errors.push_back(std::move(error)); }
  void warn(std::string warning) { config_.warnings.push_back(std::move(warning)); }

  void read_password(SmtpConfig& smtp) const {
    const std::string before = place("mail.smtp.password_file") + ": mail.smtp.password_file " +
                               in_quotes(smtp.password_file);
    // Editors and `echo` end the line, which is no part of the password.
    std::string password = read_small_file(smtp.password_file, before + " ");
    if (password.ends_with('\n')) password.pop_back();
    if (password.ends_with('\r')) password.pop_back();
    if (!some_text(password)) {
      throw ConfigError(before + " holds no usable password; expected one line of text");
    }
    smtp.password = std::move(password);
  }

  Config& config_;
};

}  // namespace

void cross_check(Config& config) {
  CrossChecks checks(config);
  checks.check_proxy_protocol();
  checks.check_smtp_host();
  checks.check_password();
  checks.check_ca_file();
  checks.check_localhost();
  checks.check_backoff();
  checks.check_lease();
  checks.check_timeouts();
}

}  // namespace promotions
