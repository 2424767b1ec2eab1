// Everything that an operator can configure, as one value. The defaults are those of
// config.example.toml. Units are in the types; the bounds are in config/keys.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/library_version.h"

namespace promotions {

struct ServerConfig {
  std::string host = "127.0.0.1";
  int port = 8080;                                   // 0: any free one
  std::string public_url = "http://localhost:8080";  // without a slash at its end
  std::string base_path;                             // "" or "/path", without a slash at its end
  int workers = 64;                                  // threads for requests that may wait
  int max_connections = 10'000;
  std::int64_t max_body_bytes = 65'536;
  Millis header_timeout{10'000};
  Millis request_timeout{30'000};
  Millis idle_timeout{150'000};
  std::vector<std::string> trusted_proxies;               // CIDR, validated
  std::string client_address_header = "x-forwarded-for";  // x-forwarded-for, forwarded
  bool proxy_protocol = false;
  std::vector<std::string> cors_origins;  // "https://example.org", validated
};

struct StorageConfig {
  std::string path = "promotions.db";
  std::string place;  // where `path` was set: "--set", "promotions.toml:3"; empty: nowhere
};

// Defaults for new campaigns.
struct CampaignsConfig {
  std::string locale = "es";      // a tag of domain/locale
  std::string time_zone = "UTC";  // an IANA name
};

struct SmtpConfig {
  std::string host;
  int port = 587;
  std::string security = "starttls";  // starttls, tls, none
  std::string username;
  std::string password;  // after loading: also if it comes from password_file
  std::string password_file;
  std::string helo;         // "": the domain of mail.from
  std::string ca_file;      // "": the system's authorities only
  int connections = 4;      // as many mail workers
  int rate_per_second = 0;  // mails begun; 0: no limit
  Millis timeout{60'000};
};

struct MailConfig {
  std::string transport = "directory";  // directory, smtp
  std::string from = "Promotions <no-reply@localhost>";
  std::string reply_to;
  std::string envelope_from;  // an address; "": that of mail.from
  std::string directory = "outbox";
  SmtpConfig smtp;
};

struct QueueConfig {
  int max_attempts = 100;  // with these delays, four days and a half (RFC 5321 §4.5.4.1)
  Millis backoff_min{60'000};
  Millis backoff_max{4'000'000};
  Millis lease{15 * 60'000};
  Millis keep_finished{24 * 3'600'000};
};

struct DrawConfig {
  std::vector<std::string> drand_urls{"https://api.drand.sh", "https://drand.cloudflare.com"};
  // quicknet, a round every 3 s
  std::string drand_chain = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
  Millis drand_timeout{10'000};
};

struct LimitsConfig {
  int sign_ups_per_minute = 30;       // per client address; 0: no limit
  int mails_per_address_per_day = 5;  // over all campaigns; 0: no limit
  int failed_logins_per_minute = 10;  // per client address, and per account; 0: no limit
};

struct LogConfig {
  std::string level = "info";
  std::string format = "text";  // text, json
};

// Where each key was set, for those that were: "promotions.toml:14".
using ConfigPlaces = std::map<std::string, std::string, std::less<>>;

struct Config {
  ServerConfig server;
  StorageConfig storage;
  CampaignsConfig campaigns;
  MailConfig mail;
  QueueConfig queue;
  DrawConfig draw;
  LimitsConfig limits;
  LogConfig log;
  // Settings that are certainly wrong, but do not keep the server from starting. `check` reports
  // them as errors, `serve` as warnings. Form: "promotions.toml:14: what; what would be right".
  std::vector<std::string> errors;
  // Settings that are allowed, but should be changed; in the same form.
  std::vector<std::string> warnings;
  ConfigPlaces places;

  // Where `key` was set, "promotions.toml:14", or "defaults". For messages of other modules.
  std::string place_of(std::string_view key) const {
    const auto found = places.find(key);
    return found == places.end() ? "defaults" : found->second;
  }
};

// Where the values come from, weakest first: defaults, file, environment, `overrides`.
struct ConfigSources {
  std::optional<std::string> file;  // --config; absent: $PROMOTIONS_CONFIG, else ./promotions.toml
  std::vector<std::string> overrides;  // --set section.key=value, in order
};

// Reads the files and environment variables of this process. Throws ConfigError with the first
// error: "promotions.toml:14: mail.smtp.port is 70000; expected 1..65535". The place is file and
// line, the name of the environment variable, or "--set".
Config load_config(const ConfigSources& sources);

std::vector<LibraryVersion> config_libraries();

}  // namespace promotions
