#include "config/keys.h"

#include <algorithm>

#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/locale.h"

namespace promotions {
namespace {

using namespace std::chrono_literals;

using Field = ConfigField;
constexpr Millis kDay = 24h;

// at<&Config::server, &ServerConfig::port>(config) is &config.server.port.
template <auto... Members>
Field at(Config& config) {
  return &(config.*....*Members);
}

ConfigKey number(std::string path, Field (*field)(Config&), std::int64_t min, std::int64_t max) {
  return {std::move(path), field, min, max};
}

ConfigKey duration(std::string path, Field (*field)(Config&), Millis min, Millis max) {
  return {std::move(path), field, min.count(), max.count()};
}

ConfigKey truth(std::string path, Field (*field)(Config&)) {
  return {std::move(path), field};
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

// In any case, like the names of header fields.
std::optional<std::string> address_header(const std::string& text) {
  return one_of(to_lower_ascii(text), "x-forwarded-for", "forwarded");
}

std::optional<std::string> log_level(const std::string& text) {
  return one_of(text, "trace", "debug", "info", "warn", "error", "off");
}

std::optional<std::string> log_format(const std::string& text) {
  return one_of(text, "text", "json");
}

std::optional<std::string> locale(const std::string& text) {
  return Locale::find(text) ? std::optional(text) : std::nullopt;
}

std::optional<std::string> time_zone(const std::string& text) {
  return is_time_zone(text) ? std::optional(text) : std::nullopt;
}

const char* const kHost = "a host name or an IP address";
const char* const kMailbox = "\"Name <address>\" or an address";

std::vector<ConfigKey> server_keys() {
  return {
      text("server.host", at<&Config::server, &ServerConfig::host>, host_name, kHost),
      number("server.port", at<&Config::server, &ServerConfig::port>, 0, 65535),
      text("server.public_url", at<&Config::server, &ServerConfig::public_url>, web_address,
           "an http or https URL with a host, such as \"https://example.org\""),
      text("server.base_path", at<&Config::server, &ServerConfig::base_path>, base_path,
           "\"\" or a path that begins with a slash and does not end with one"),
      number("server.workers", at<&Config::server, &ServerConfig::workers>, 1, 1024),
      number("server.max_connections", at<&Config::server, &ServerConfig::max_connections>, 1,
             1'000'000),
      number("server.max_body_bytes", at<&Config::server, &ServerConfig::max_body_bytes>, 1024,
             16 * 1024 * 1024),
      duration("server.header_timeout", at<&Config::server, &ServerConfig::header_timeout>, 10ms,
               kDay),
      duration("server.request_timeout", at<&Config::server, &ServerConfig::request_timeout>, 10ms,
               kDay),
      duration("server.idle_timeout", at<&Config::server, &ServerConfig::idle_timeout>, 10ms, kDay),
      text("server.trusted_proxies", at<&Config::server, &ServerConfig::trusted_proxies>, network,
           "networks such as \"10.0.0.0/8\" or \"fd00::/8\""),
      text("server.client_address_header",
           at<&Config::server, &ServerConfig::client_address_header>, address_header,
           "x-forwarded-for or forwarded"),
      truth("server.proxy_protocol", at<&Config::server, &ServerConfig::proxy_protocol>),
      text("server.cors_origins", at<&Config::server, &ServerConfig::cors_origins>, web_origin,
           "origins such as \"https://example.org\", without a path"),
  };
}

std::vector<ConfigKey> campaigns_keys() {
  return {
      text("campaigns.locale", at<&Config::campaigns, &CampaignsConfig::locale>, locale,
           locale_choices()),
      text("campaigns.time_zone", at<&Config::campaigns, &CampaignsConfig::time_zone>, time_zone,
           "an IANA time zone of this system, such as \"Europe/Madrid\", or \"UTC\""),
  };
}

std::vector<ConfigKey> mail_keys() {
  return {
      text("mail.transport", at<&Config::mail, &MailConfig::transport>, transport,
           "directory or smtp"),
      text("mail.from", at<&Config::mail, &MailConfig::from>, mailbox, kMailbox),
      text("mail.reply_to", at<&Config::mail, &MailConfig::reply_to>, mailbox_or_none,
           "\"\", \"Name <address>\" or an address"),
      text("mail.envelope_from", at<&Config::mail, &MailConfig::envelope_from>, mailbox_or_none,
           "\"\" or an address"),
      text("mail.directory", at<&Config::mail, &MailConfig::directory>, some_text,
           "the name of a folder"),
      text("mail.smtp.host", at<&Config::mail, &MailConfig::smtp, &SmtpConfig::host>,
           host_name_or_none, kHost),
      number("mail.smtp.port", at<&Config::mail, &MailConfig::smtp, &SmtpConfig::port>, 1, 65535),
      text("mail.smtp.security", at<&Config::mail, &MailConfig::smtp, &SmtpConfig::security>,
           security, "starttls, tls or none"),
      text("mail.smtp.username", at<&Config::mail, &MailConfig::smtp, &SmtpConfig::username>,
           any_text, "text without control characters"),
      secret("mail.smtp.password", at<&Config::mail, &MailConfig::smtp, &SmtpConfig::password>),
      text("mail.smtp.password_file",
           at<&Config::mail, &MailConfig::smtp, &SmtpConfig::password_file>, any_text,
           "the name of a file"),
      text("mail.smtp.helo", at<&Config::mail, &MailConfig::smtp, &SmtpConfig::helo>,
           client_name_or_none, "\"\", a host name, or an IP address in brackets"),
      text("mail.smtp.ca_file", at<&Config::mail, &MailConfig::smtp, &SmtpConfig::ca_file>,
           any_text, "the name of a file"),
      number("mail.smtp.connections",
             at<&Config::mail, &MailConfig::smtp, &SmtpConfig::connections>, 1, 256),
      number("mail.smtp.rate_per_second",
             at<&Config::mail, &MailConfig::smtp, &SmtpConfig::rate_per_second>, 0, 1'000'000),
      duration("mail.smtp.timeout", at<&Config::mail, &MailConfig::smtp, &SmtpConfig::timeout>,
               100ms, 1h),
  };
}

std::vector<ConfigKey> other_keys() {
  return {
      number("queue.max_attempts", at<&Config::queue, &QueueConfig::max_attempts>, 1, 1000),
      duration("queue.backoff_min", at<&Config::queue, &QueueConfig::backoff_min>, 1ms, 30 * kDay),
      duration("queue.backoff_max", at<&Config::queue, &QueueConfig::backoff_max>, 1ms, 30 * kDay),
      duration("queue.lease", at<&Config::queue, &QueueConfig::lease>, 1s, kDay),
      duration("queue.keep_finished", at<&Config::queue, &QueueConfig::keep_finished>, 0s,
               3650 * kDay),
      text("draw.drand_urls", at<&Config::draw, &DrawConfig::drand_urls>, trusted_web_address,
           "https URLs such as \"https://api.drand.sh\", or http ones of this machine"),
      text("draw.drand_chain", at<&Config::draw, &DrawConfig::drand_chain>, sha256_hex,
           "64 lower-case hexadecimal digits"),
      duration("draw.drand_timeout", at<&Config::draw, &DrawConfig::drand_timeout>, 100ms, 1min),
      number("limits.sign_ups_per_minute", at<&Config::limits, &LimitsConfig::sign_ups_per_minute>,
             0, 1'000'000),
      number("limits.mails_per_address_per_day",
             at<&Config::limits, &LimitsConfig::mails_per_address_per_day>, 0, 1'000'000),
      number("limits.failed_logins_per_minute",
             at<&Config::limits, &LimitsConfig::failed_logins_per_minute>, 0, 1'000'000),
      text("log.level", at<&Config::log, &LogConfig::level>, log_level,
           "trace, debug, info, warn, error or off"),
      text("log.format", at<&Config::log, &LogConfig::format>, log_format, "text or json"),
  };
}

std::vector<ConfigKey> all_keys() {
  std::vector<ConfigKey> keys = server_keys();
  keys.push_back(text("storage.path", at<&Config::storage, &StorageConfig::path>, file_name,
                      "the name of a file"));
  for (auto& key : campaigns_keys()) keys.push_back(std::move(key));
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
