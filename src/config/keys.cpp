#include "config/keys.h"

#include <algorithm>

namespace promotions {
namespace {

using namespace std::chrono_literals;

using Field = ConfigField;
constexpr Millis kDay = 24h;

ConfigKey number(std::string path, Field (*field)(Config&), std::int64_t min, std::int64_t max) {
  return {std::move(path), field, min, max};
}

ConfigKey duration(std::string path, Field (*field)(Config&), Millis min, Millis max) {
  return {std::move(path), field, min.count(), max.count()};
}

ConfigKey text(std::string path, Field (*field)(Config&), ValueForm form, std::string expected) {
  return {std::move(path), field, 0, 0, form, std::move(expected)};
}

ConfigKey secret(std::string path, Field (*field)(Config&)) {
  ConfigKey key{std::move(path), field};
  key.is_secret = true;
  return key;
}

template <typename... Words>
std::optional<std::string> one_of(const std::string& text, Words... words) {
  if (((text == words) || ...)) return text;
  return std::nullopt;
}

std::optional<std::string> transport(const std::string& text) {
  return one_of(text, "directory", "smtp");
}

std::optional<std::string> security(const std::string& text) {
  return one_of(text, "starttls", "tls", "none");
}

std::optional<std::string> log_level(const std::string& text) {
  return one_of(text, "trace", "debug", "info", "warn", "error", "off");
}

std::optional<std::string> log_format(const std::string& text) {
  return one_of(text, "text", "json");
}

const char* const kHost = "a host name or an IP address";
const char* const kMailbox = "\"Name <address>\" or an address";

std::vector<ConfigKey> server_keys() {
  return {
      text(
          "server.host", [](Config& c) -> Field { return &c.server.host; }, host_name, kHost),
      number(
          "server.port", [](Config& c) -> Field { return &c.server.port; }, 0, 65535),
      text(
          "server.public_url", [](Config& c) -> Field { return &c.server.public_url; }, web_address,
          "an http or https URL with a host, such as \"https://example.org\""),
      text(
          "server.base_path", [](Config& c) -> Field { return &c.server.base_path; }, base_path,
          "\"\" or a path that begins with a slash and does not end with one"),
      number(
          "server.workers", [](Config& c) -> Field { return &c.server.workers; }, 1, 1024),
      number(
          "server.max_connections", [](Config& c) -> Field { return &c.server.max_connections; }, 1,
          1'000'000),
      number(
          "server.max_body_bytes", [](Config& c) -> Field { return &c.server.max_body_bytes; },
          1024, 16 * 1024 * 1024),
      duration(
          "server.header_timeout", [](Config& c) -> Field { return &c.server.header_timeout; },
          10ms, kDay),
      duration(
          "server.request_timeout", [](Config& c) -> Field { return &c.server.request_timeout; },
          10ms, kDay),
      duration(
          "server.idle_timeout", [](Config& c) -> Field { return &c.server.idle_timeout; }, 10ms,
          kDay),
      text(
          "server.trusted_proxies", [](Config& c) -> Field { return &c.server.trusted_proxies; },
          network, "networks such as \"10.0.0.0/8\" or \"fd00::/8\""),
      text(
          "server.cors_origins", [](Config& c) -> Field { return &c.server.cors_origins; },
          web_origin, "origins such as \"https://example.org\", without a path"),
  };
}

std::vector<ConfigKey> mail_keys() {
  return {
      text(
          "mail.transport", [](Config& c) -> Field { return &c.mail.transport; }, transport,
          "directory or smtp"),
      text(
          "mail.from", [](Config& c) -> Field { return &c.mail.from; }, mailbox, kMailbox),
      text(
          "mail.reply_to", [](Config& c) -> Field { return &c.mail.reply_to; }, mailbox_or_none,
          "\"\", \"Name <address>\" or an address"),
      text(
          "mail.directory", [](Config& c) -> Field { return &c.mail.directory; }, some_text,
          "the name of a folder"),
      text(
          "mail.smtp.host", [](Config& c) -> Field { return &c.mail.smtp.host; }, host_name_or_none,
          kHost),
      number(
          "mail.smtp.port", [](Config& c) -> Field { return &c.mail.smtp.port; }, 1, 65535),
      text(
          "mail.smtp.security", [](Config& c) -> Field { return &c.mail.smtp.security; }, security,
          "starttls, tls or none"),
      text(
          "mail.smtp.username", [](Config& c) -> Field { return &c.mail.smtp.username; }, any_text,
          "text without control characters"),
      secret("mail.smtp.password", [](Config& c) -> Field { return &c.mail.smtp.password; }),
      text(
          "mail.smtp.password_file", [](Config& c) -> Field { return &c.mail.smtp.password_file; },
          any_text, "the name of a file"),
      number(
          "mail.smtp.connections", [](Config& c) -> Field { return &c.mail.smtp.connections; }, 1,
          256),
      number(
          "mail.smtp.rate_per_second",
          [](Config& c) -> Field { return &c.mail.smtp.rate_per_second; }, 0, 1'000'000),
      duration(
          "mail.smtp.timeout", [](Config& c) -> Field { return &c.mail.smtp.timeout; }, 100ms, 1h),
  };
}

std::vector<ConfigKey> other_keys() {
  return {
      number(
          "queue.max_attempts", [](Config& c) -> Field { return &c.queue.max_attempts; }, 1, 1000),
      duration(
          "queue.backoff_min", [](Config& c) -> Field { return &c.queue.backoff_min; }, 1ms,
          30 * kDay),
      duration(
          "queue.backoff_max", [](Config& c) -> Field { return &c.queue.backoff_max; }, 1ms,
          30 * kDay),
      duration(
          "queue.lease", [](Config& c) -> Field { return &c.queue.lease; }, 1s, kDay),
      duration(
          "queue.keep_finished", [](Config& c) -> Field { return &c.queue.keep_finished; }, 0s,
          3650 * kDay),
      number(
          "limits.sign_ups_per_minute",
          [](Config& c) -> Field { return &c.limits.sign_ups_per_minute; }, 0, 1'000'000),
      number(
          "limits.mails_per_address_per_day",
          [](Config& c) -> Field { return &c.limits.mails_per_address_per_day; }, 0, 1'000'000),
      number(
          "limits.failed_logins_per_minute",
          [](Config& c) -> Field { return &c.limits.failed_logins_per_minute; }, 0, 1'000'000),
      text(
          "log.level", [](Config& c) -> Field { return &c.log.level; }, log_level,
          "trace, debug, info, warn, error or off"),
      text(
          "log.format", [](Config& c) -> Field { return &c.log.format; }, log_format,
          "text or json"),
  };
}

std::vector<ConfigKey> all_keys() {
  std::vector<ConfigKey> keys = server_keys();
  keys.push_back(text(
      "storage.path", [](Config& c) -> Field { return &c.storage.path; }, some_text,
      "the name of a file"));
  for (auto& key : mail_keys()) keys.push_back(std::move(key));
  for (auto& key : other_keys()) keys.push_back(std::move(key));
  return keys;
}

}  // namespace

std::string ConfigKey::variable() const {
  std::string name = "PROMOTIONS_" + path;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> keys = all_keys();
  return keys;
}

const ConfigKey* find_config_key(std::string_view path) {
  const auto& keys = config_keys();
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [&](const ConfigKey& key) { return key.path == path; });
  return found == keys.end() ? nullptr : &*found;
}

bool is_config_section(std::string_view path) {
  const std::string prefix = std::string(path) + ".";
  return std::any_of(config_keys().begin(), config_keys().end(),
                     [&](const ConfigKey& key) { return key.path.starts_with(prefix); });
}

}  // namespace promotions
