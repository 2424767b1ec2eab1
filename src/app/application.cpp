#include "promotions/app/application.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "promotions/api/api.h"
#include "promotions/base/errors.h"
#include "promotions/base/log.h"
#include "promotions/http/http_server.h"
#include "promotions/jobs/job_handlers.h"
#include "promotions/mail/directory_transport.h"
#include "promotions/mail/smtp_transport.h"
#include "promotions/manager/job_kinds.h"
#include "promotions/queue/dispatcher.h"
#include "promotions/render/phrases.h"
#include "promotions/storage/database_file.h"

namespace promotions {
namespace {

// Reads the secret of the tokens; makes it at the first start.
TokenSecret load_secret(Storage& storage, Random& random) {
  TokenSecret fresh{};
  random.fill(fresh);
  return storage.write([&](Stores& stores) {
    const auto stored = stores.settings.secret();
    if (!stored) stores.settings.set_secret(fresh);
    return stored.value_or(fresh);
  });
}

MailSettings mail_settings(const Config& config) {
  MailSettings settings{sender_of(config.mail), {}, config.server.public_url};
  if (!config.mail.reply_to.empty()) settings.reply_to = Mailbox::parse(config.mail.reply_to);
  return settings;
}

std::string envelope_from_of(const MailConfig& config) {
  const auto mailbox = Mailbox::parse(config.envelope_from);
  return mailbox ? mailbox->address : std::string();
}

// Without its lane, jobs of mails just wait: a command has no time to send them.
std::vector<LaneOptions> lanes_for(const Config& config, Role role) {
  std::vector<LaneOptions> all{{.name = std::string(lanes::kWork), .workers = 1},
                               {.name = std::string(lanes::kBeacon), .workers = 2}};
  if (role == Role::server) {
    all.push_back({.name = std::string(lanes::kMail),
                   .workers = config.mail.smtp.connections,
                   .rate_per_second = config.mail.smtp.rate_per_second,
                   .pausable = true});
  }
  return all;
}

CampaignSettings new_campaign(const Config& config) {
  CampaignSettings settings;
  settings.locale = config.campaigns.locale;
  settings.time_zone = config.campaigns.time_zone;
  return settings;
}

SignUpOptions sign_up_options(const Config& config) {
  SignUpOptions options;
  options.max_attempts = config.queue.max_attempts;
  options.sign_ups_per_minute = config.limits.sign_ups_per_minute;
  options.mails_per_address_per_day = config.limits.mails_per_address_per_day;
  return options;
}

DispatcherOptions dispatcher_options(const QueueConfig& config, const SignUps& sign_ups,
                                     const Draws& draws) {
  DispatcherOptions options;
  options.retry = {config.backoff_min, config.backoff_max};
  options.lease = config.lease;
  options.keep_finished = config.keep_finished;
  options.housekeeping = [&sign_ups](Stores& stores, Time now) {
    return sign_ups.forget_old(stores, now);
  };
  options.priority_when_due = [&sign_ups](Stores& stores, const Job& job, Time now) {
    return sign_ups.priority_when_due(stores, job, now);
  };
  options.hooks = draws.hooks();
  return options;
}

HttpOptions http_options(const Config& config, Role role) {
  const ServerConfig& server = config.server;
  HttpOptions options;
  options.front.host = role == Role::server ? server.host : std::string();
  options.front.port = server.port;
  options.front.control_path = control_socket_path(config.storage, role);
  options.workers = role == Role::server ? server.workers : 2;
  options.front.max_connections = server.max_connections;
  options.front.max_body_bytes = static_cast<std::size_t>(server.max_body_bytes);
  options.front.header_timeout = server.header_timeout;
  options.front.request_timeout = server.request_timeout;
  options.front.idle_timeout = server.idle_timeout;
  options.base_path = server.base_path;
  options.public_url = server.public_url;
  options.trusted_proxies = server.trusted_proxies;
  options.client_address_header = server.client_address_header;
  options.proxy_protocol = server.proxy_protocol;
  if (server.proxy_protocol) options.front.proxy_protocol_from = server.trusted_proxies;
  options.cors_origins = server.cors_origins;
  return options;
}

ApiOptions api_options(const Config& config) {
  ApiOptions options;
  options.base_path = config.server.base_path;
  options.public_url = config.server.public_url;
  if (const auto from = Mailbox::parse(config.mail.from)) {
    options.sender_name = from->name;
    options.sender_address = from->address;
  }
  if (!config.draw.drand_urls.empty()) options.drand_chain = config.draw.drand_chain;
  return options;
}

// Runs a step of the start. A disk that fails then ends the program, with a message that names the
// database; later it only fails a request.
template <typename Step>
auto naming_database(const std::string& path, Step step) {
  try {
    return step();
  } catch (const StorageUnavailable& error) {
    throw UserError(path + ": cannot be used: " + error.what() +
                    "; see that its disk has room and works, and start again");
  }
}

}  // namespace

void check_mailboxes(const Config& config) {
  const auto refuse = [&](const char* key, const std::string& value, const char* expected) {
    throw ConfigError(config.place_of(key) + ": " + key + " is \"" + value + "\"; expected " +
                      expected + " in ASCII, a domain of other letters in its xn-- form");
  };
  const MailConfig& mail = config.mail;
  if (!Mailbox::parse(mail.from)) {
    refuse("mail.from", mail.from, "one \"Name <address>\" or an address");
  }
  if (!mail.reply_to.empty() && !Mailbox::parse(mail.reply_to)) {
    refuse("mail.reply_to", mail.reply_to, "one \"Name <address>\" or an address");
  }
  const auto envelope_from = Mailbox::parse(mail.envelope_from);
  if (!mail.envelope_from.empty() && (!envelope_from || !envelope_from->name.empty())) {
    refuse("mail.envelope_from", mail.envelope_from, "an address without a name");
  }
}

std::unique_ptr<Transport> make_transport(const MailConfig& config) {
  if (config.transport == "directory") return make_directory_transport(config.directory);
  SmtpOptions options;
  options.host = config.smtp.host;
  options.port = config.smtp.port;
  options.security = config.smtp.security == "tls"    ? SmtpSecurity::tls
                     : config.smtp.security == "none" ? SmtpSecurity::none
                                                      : SmtpSecurity::starttls;
  options.username = config.smtp.username;
  options.password = config.smtp.password;
  options.sender = sender_of(config).address;
  options.envelope_from = envelope_from_of(config);
  options.helo = config.smtp.helo;
  options.ca_file = config.smtp.ca_file;
  options.connections = config.smtp.connections;
  options.timeout = config.smtp.timeout;
  return make_smtp_transport(options);
}

Mailbox sender_of(const MailConfig& config) {
  const auto from = Mailbox::parse(config.from);
  if (!from) throw ConfigError("mail.from: is no mailbox; expected \"Name <address>\"");
  return *from;
}

namespace {

// Does the folder hold nothing but our mails? Then nobody else needs it, unlike /tmp, /var/mail or
// somebody's home. Looks at the first 1000 entries.
bool holds_only_mails(const std::string& folder) {
  constexpr int kLookAt = 1000;
  std::error_code error;
  int seen = 0;
  for (std::filesystem::directory_iterator entry(folder, error), end;
       !error && entry != end && ++seen <= kLookAt; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.ends_with(".eml") && !name.starts_with(".incoming-")) return false;
  }
  return !error;
}

}  // namespace

std::vector<std::string> exposed_files(const Config& config) {
  const std::string database = real_database_path(config.storage.path);
  std::vector<std::string> paths{database, database + "-wal"};
  if (config.mail.transport == "directory") paths.push_back(config.mail.directory);
  std::vector<std::string> exposed;
  for (const std::string& path : paths) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & 077U) == 0) continue;
    const bool is_folder = S_ISDIR(status.st_mode);
    // A folder where a file should be, or the reverse, is another error, which `check` reports.
    if (is_folder == (path != config.mail.directory)) continue;
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", status.st_mode & 0777U);
    // A sticky bit means that others may put files there.
    const bool is_ours = !is_folder || ((status.st_mode & S_ISVTX) == 0 && holds_only_mails(path));
    exposed.push_back(path + ": is open to others than its owner (mode " + mode.data() + "); " +
                      (is_ours ? "chmod go= " + path
                               : "mail.directory should name a folder for these mails alone, "
                                 "which is made private"));
  }
  return exposed;
}

std::string missing_database(const StorageConfig& config) {
  return real_database_path(config.path) + ": there is no database; storage.path is " +
         (config.place.empty() ? "the default, " + config.path + " in the current folder"
                               : "what " + config.place + " says") +
         "; name the right one with --config or --set storage.path=FILE, or make a new one with "
         "promotions serve or --create";
}

std::string control_socket_path(const StorageConfig& config, Role role) {
  // A command's socket has a name of its own: no other command may connect to a process that ends
  // so soon.
  return real_database_path(config.path) +
         (role == Role::server ? ".sock" : ".sock." + std::to_string(::getpid()));
}

// Members are in the order of construction: each part uses only those above it, and is destroyed
// before them. Callbacks that are given to a part above, as `queue` gets one that uses the
// dispatcher, are called only after start().
struct Application::Parts {
  Parts(const Config& config, Role role)
      : storage({.path = config.storage.path}),
        signer(load_secret(storage, random)),
        mail(mail_settings(config)),
        transport(make_transport(config.mail)),
        campaigns(storage, clock, random, new_campaign(config)),
        sign_ups(storage, campaigns, clock, random, signer, sign_up_options(config)),
        draws(storage, campaigns, sign_ups, clock, signer, config.queue.max_attempts),
        drand({.urls = config.draw.drand_urls,
               .chain = config.draw.drand_chain,
               .timeout = config.draw.drand_timeout,
               .ca_file = {}}),
        accounts(storage, clock, random,
                 {.failed_logins_per_minute = config.limits.failed_logins_per_minute}),
        queue(
            storage, clock, draws.hooks(), [this] { dispatcher.try_again(); },
            [this, role, most = config.mail.smtp.connections]() -> std::optional<MailRoute> {
              if (role != Role::server) return std::nullopt;
              return MailRoute{transport->description(), transport->open_sessions(), most};
            }),
        dispatcher(
            storage, clock, random, dispatcher_options(config.queue, sign_ups, draws),
            lanes_for(config, role),
            make_job_handlers({storage, campaigns, sign_ups, draws, drand, signer, mail_renderer,
                               *transport, clock, mail, config.draw.drand_chain})),
        api(api_options(config), {campaigns, sign_ups, draws, accounts, queue}),
        http(http_options(config, role),
             {accounts, page_renderer, clock, random,
              [this](std::string_view query) { return api.framed_by(query); }},
             api.routes()),
        host(config.server.host),
        database(config.storage.path) {}

  void ensure_demo();

  SystemClock clock;
  SystemRandom random;
  MailRenderer mail_renderer;
  PageRenderer page_renderer;
  Storage storage;
  TokenSigner signer;
  MailSettings mail;
  std::unique_ptr<Transport> transport;
  Campaigns campaigns;
  SignUps sign_ups;
  Draws draws;
  DrandClient drand;
  Accounts accounts;
  Queue queue;
  Dispatcher dispatcher;
  CommitListener jobs_added{};  // below the dispatcher, so that it ends first: it wakes it
  Api api;
  HttpServer http;
  const std::string host;
  const std::string database;
};

void Application::Parts::ensure_demo() {
  constexpr std::string_view slug = "demo";
  const Principal owner{.kind = Principal::Kind::owner};
  const auto view = campaigns.view(slug);
  if (!view) {
    CampaignSettings settings = campaigns.new_settings();
    const Locale locale = Locale::of(settings.locale);
    settings.name = phrase(locale, Phrase::demo_name);
    settings.description = phrase(locale, Phrase::demo_description);
    settings.admin_email = "admin@example.org";
    campaigns.create(owner, slug, settings);
  } else if (view->state == CampaignState::scheduled || view->state == CampaignState::closed) {
    campaigns.update(owner, slug, [](CampaignSettings& settings) {
      settings.opens_at.reset();
      settings.closes_at.reset();
      return true;
    });
  } else if (view->state != CampaignState::open) {
    campaigns.remove(owner, slug);  // it was drawn in an earlier demonstration
    ensure_demo();
  }
}

Application::Application(const Config& config, Role role, DatabaseLock lock)
    : lock_(std::move(lock)), parts_(naming_database(config.storage.path, [&] {
        return std::make_unique<Parts>(config, role);
      })) {
  // Described only now, since the server's port is known once it is bound.
  LockHolder holder =
      this_process(role == Role::server ? LockHolder::Kind::server : LockHolder::Kind::command);
  if (role == Role::server) holder.address = address();
  lock_.describe(holder);
}

Application::~Application() = default;

std::optional<std::string> Application::ensure_admin() {
  return naming_database(parts_->database, [&] { return parts_->accounts.ensure_admin(); });
}

void Application::ensure_demo() {
  naming_database(parts_->database, [&] { parts_->ensure_demo(); });
}

void Application::start(std::function<void()> on_broken) {
  // Listeners are connected before anything can cause a commit. Requests come last.
  parts_->storage.on_broken(std::move(on_broken));
  parts_->jobs_added = parts_->storage.listen([this](const Effects& effects) {
    if (effects.jobs_added) parts_->dispatcher.wake();
  });
  naming_database(parts_->database, [&] { parts_->dispatcher.start(); });
  parts_->http.start();
}

std::string Application::address() const {
  const bool ipv6 = parts_->host.find(':') != std::string::npos;
  return "http://" + (ipv6 ? "[" + parts_->host + "]" : parts_->host) + ":" +
         std::to_string(parts_->http.port());
}

bool Application::stop(Millis grace) {
  // Requests end first, since they cause jobs. Both share one deadline.
  const auto deadline = std::chrono::steady_clock::now() + grace;
  parts_->http.stop(grace);
  const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now());
  const bool idle = parts_->dispatcher.stop(std::max(left, Millis{1}));
  // If a worker is still at it, everything stays as it is: the process is about to end.
  if (idle) parts_->jobs_added.reset();
  return idle;
}

}  // namespace promotions
