// The one file of mail that knows libcurl.
#include "promotions/mail/smtp_transport.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "mail/address.h"
#include "mail/delivery_rules.h"
#include "mail/smtp_dialogue.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;
using Text = std::unique_ptr<char, FreeText>;

// Once a process; the operating system takes it back.
void start_curl() {
  static const CURLcode status = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (status != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

TransferFault fault_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return TransferFault::none;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return TransferFault::unreachable;
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
      return TransferFault::tls;
    case CURLE_LOGIN_DENIED:
      return TransferFault::no_login;
    case CURLE_OPERATION_TIMEDOUT:
      return TransferFault::timeout;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_WEIRD_SERVER_REPLY:
      return TransferFault::lost;
    default:
      return TransferFault::local;
  }
}

// How one transfer ended.
struct Ending {
  SmtpDialogue dialogue;
  TransferFault fault;
  std::string explanation;  // libcurl's
  bool on_kept_connection;
};

// A kept connection may have been closed by the server while it was idle. That is noticed only when
// it is used, and says nothing about the mail or the server.
bool was_stale(const Ending& ending) {
  if (!ending.on_kept_connection) return false;
  const SmtpReply reply = ending.dialogue.reply();
  if (reply.code == 421) return true;
  return ending.fault == TransferFault::lost && ending.dialogue.stage() != SmtpStage::content &&
         reply.code < 400;
}

std::string detail_of(const Ending& ending) {
  const SmtpStage stage = ending.dialogue.stage();
  const std::string place = std::string(to_text(stage)) + ": ";
  const int code = ending.dialogue.reply().code;
  if (code >= 400) return redacted(place + ending.dialogue.reply_line());
  if (stage == SmtpStage::content && code != 0) return redacted(ending.dialogue.reply_line());
  switch (ending.fault) {
    case TransferFault::none:
      return redacted(ending.dialogue.reply_line());
    case TransferFault::no_login:
      if (stage == SmtpStage::auth) return redacted(place + ending.dialogue.reply_line());
      return "the server offers no AUTH that can be used (PLAIN or LOGIN), but mail.smtp.username "
             "is set";
    case TransferFault::tls:
      return redacted("no encrypted connection: " + ending.explanation);
    default:
      if (stage == SmtpStage::content) {
        return redacted("no answer after the content was sent: " + ending.explanation);
      }
      return redacted(place + ending.explanation);
  }
}

Delivery to_delivery(const Ending& ending) {
  const SmtpReply reply = ending.dialogue.reply();
  return {classify(ending.dialogue.stage(), reply, ending.fault), reply.code, detail_of(ending)};
}

// One libcurl handle and the connection that it keeps. One thread at a time.
class Session {
 public:
  Session(const SmtpOptions& options, const std::string& url);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Ending send(const Message& message, const std::string& mime, bool fresh);
  Ending try_out();

 private:
  struct Transfer {
    SmtpDialogue dialogue;
    std::string_view rest;  // of the mail, still to be sent
  };

  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode status = curl_easy_setopt(curl_, option, value);
    if (status != CURLE_OK) {
      throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(status));
    }
  }
  void set_security(const SmtpOptions& options);
  Ending perform(std::string_view client_name, std::string_view mime);

  void stop_listening() const;

  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* session);
  static std::size_t on_line(char* line, std::size_t size, std::size_t count, void* session);
  static int on_debug(CURL* curl, curl_infotype type, char* data, std::size_t size, void* session);
  static int on_open(void* session, curl_socket_t socket, curlsocktype purpose);
  static int on_close(void* session, curl_socket_t socket);

  const std::string url_;
  const bool needs_auth_;
  const bool starttls_;
  CURL* const curl_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  Transfer* transfer_ = nullptr;        // the one that is under way
  std::vector<curl_socket_t> sockets_;  // open ones; several only while connecting
};

Session::Session(const SmtpOptions& options, const std::string& url)
    : url_(url),
      needs_auth_(!options.username.empty()),
      starttls_(options.security == SmtpSecurity::starttls),
      curl_(curl_easy_init()) {
  if (curl_ == nullptr) throw std::runtime_error("libcurl: no handle");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");        // $all_proxy is meant for browsers
  set(CURLOPT_MAXCONNECTS, 1L);  // a fresh connection replaces the kept one
  const auto timeout = static_cast<long>(options.timeout.count());
  set(CURLOPT_CONNECTTIMEOUT_MS, timeout);
  set(CURLOPT_TIMEOUT_MS, timeout);
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_READFUNCTION, &Session::on_read);
  set(CURLOPT_READDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Session::on_line);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_DEBUGFUNCTION, &Session::on_debug);
  set(CURLOPT_DEBUGDATA, this);
  set(CURLOPT_SOCKOPTFUNCTION, &Session::on_open);
  set(CURLOPT_SOCKOPTDATA, this);
  set(CURLOPT_CLOSESOCKETFUNCTION, &Session::on_close);
  set(CURLOPT_CLOSESOCKETDATA, this);
  set(CURLOPT_VERBOSE, 1L);  // without it on_debug is not called
  set_security(options);
}

void Session::set_security(const SmtpOptions& options) {
  if (starttls_) set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // The environment variable is OpenSSL's own; libcurl overrides it by a built-in path.
  const char* environment = std::getenv("SSL_CERT_FILE");
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
  } else if (environment != nullptr && *environment != '\0') {
    set(CURLOPT_CAINFO, environment);
  }
  if (!needs_auth_) return;
  set(CURLOPT_USERNAME, options.username.c_str());
  set(CURLOPT_PASSWORD, options.password.c_str());
  // Left to itself libcurl would try Kerberos, NTLM or digests first, wherever they are offered.
  set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
}

Session::~Session() {
  stop_listening();
  curl_easy_cleanup(curl_);
}

// libcurl waits two minutes for the answer to a QUIT, whatever its timeouts are set to, and a
// server that keeps silent would hold up a worker, or the program's end. With nothing more to be
// read it does not wait; the QUIT itself still goes out.
void Session::stop_listening() const {
  for (const curl_socket_t socket : sockets_) ::shutdown(socket, SHUT_RD);
}

std::size_t Session::on_read(char* buffer, std::size_t size, std::size_t count, void* session) {
  std::string_view& rest = static_cast<Session*>(session)->transfer_->rest;
  const std::size_t taken = rest.copy(buffer, size * count);
  rest.remove_prefix(taken);
  return taken;
}

std::size_t Session::on_line(char* line, std::size_t size, std::size_t count, void* session) {
  Transfer* const transfer = static_cast<Session*>(session)->transfer_;
  const bool go_on = transfer == nullptr || transfer->dialogue.received({line, size * count});
  return go_on ? size * count : 0;
}

int Session::on_debug(CURL* /*curl*/, curl_infotype type, char* data, std::size_t size,
                      void* session) {
  const Session& self = *static_cast<Session*>(session);
  if (self.transfer_ == nullptr || type != CURLINFO_HEADER_OUT) return 0;
  self.transfer_->dialogue.sent({data, size});
  if (self.transfer_->dialogue.is_quitting()) self.stop_listening();
  return 0;
}

int Session::on_open(void* session, curl_socket_t socket, curlsocktype /*purpose*/) {
  static_cast<Session*>(session)->sockets_.push_back(socket);
  return CURL_SOCKOPT_OK;
}

int Session::on_close(void* session, curl_socket_t socket) {
  std::erase(static_cast<Session*>(session)->sockets_, socket);
  return ::close(socket);
}

Ending Session::send(const Message& message, const std::string& mime, bool fresh) {
  const std::unique_ptr<curl_slist, FreeList> recipients(
      curl_slist_append(nullptr, message.to.c_str()));
  if (!recipients) throw std::bad_alloc();
  set(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mime.size()));
  set(CURLOPT_MAIL_FROM, message.from.address.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  Ending ending = perform(domain_of(message.from.address), mime);
  set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
  return ending;
}

Ending Session::try_out() {
  set(CURLOPT_NOBODY, 1L);
  set(CURLOPT_CUSTOMREQUEST, "NOOP");
  return perform("localhost", {});
}

Ending Session::perform(std::string_view client_name, std::string_view mime) {
  Transfer transfer{SmtpDialogue(needs_auth_, starttls_), mime};
  set(CURLOPT_URL, (url_ + std::string(client_name)).c_str());  // the path is EHLO's argument
  error_.front() = '\0';
  transfer_ = &transfer;
  const CURLcode status = curl_easy_perform(curl_);
  transfer_ = nullptr;

  long connects = 0;
  curl_easy_getinfo(curl_, CURLINFO_NUM_CONNECTS, &connects);
  const TransferFault fault =
      transfer.dialogue.no_auth() ? TransferFault::no_login : fault_of(status);
  return {std::move(transfer.dialogue), fault,
          error_.front() == '\0' ? curl_easy_strerror(status) : error_.data(), connects == 0};
}

std::string url_of(const SmtpOptions& options) {
  const Url url(curl_url());
  if (!url) throw std::bad_alloc();
  const bool bare_ipv6 = options.host.find(':') != std::string::npos && options.host.front() != '[';
  const std::string host = bare_ipv6 ? "[" + options.host + "]" : options.host;
  const std::string port = std::to_string(options.port);
  const char* scheme = options.security == SmtpSecurity::tls ? "smtps" : "smtp";
  char* text = nullptr;
  if (curl_url_set(url.get(), CURLUPART_SCHEME, scheme, 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_HOST, host.c_str(), 0) != CURLUE_OK) {
    throw ConfigError("mail.smtp.host is \"" + options.host +
                      "\"; expected a host name or address");
  }
  if (curl_url_set(url.get(), CURLUPART_PORT, port.c_str(), 0) != CURLUE_OK) {
    throw ConfigError("mail.smtp.port is " + port + "; expected 1..65535");
  }
  if (curl_url_set(url.get(), CURLUPART_PATH, "/", 0) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) {
    throw std::bad_alloc();
  }
  return Text(text).get();
}

std::string_view to_text(SmtpSecurity security) {
  switch (security) {
    case SmtpSecurity::starttls:
      return "starttls";
    case SmtpSecurity::tls:
      return "tls";
    case SmtpSecurity::none:
      return "none";
  }
  return "unknown";
}

class SmtpTransport final : public Transport {
 public:
  explicit SmtpTransport(const SmtpOptions& options)
      : options_(options), url_(url_of(options)), free_(std::max(1, options.connections)) {
    kept_.reserve(static_cast<std::size_t>(free_));  // so that giving one back cannot fail
  }

  Delivery send(const Message& message) override;
  Delivery probe() override { return to_delivery(Session(options_, url_).try_out()); }
  std::string description() const override {
    return url_.substr(0, url_.size() - 1) + " (" + std::string(to_text(options_.security)) + ")";
  }

 private:
  class Lease;

  // Constant after construction.
  const SmtpOptions options_;
  const std::string url_;  // ends in "/"

  std::mutex mutex_;
  std::condition_variable returned_;
  // Guarded by mutex_. The session used last is taken first: it is the least likely to be stale,
  // and those that are not needed grow old and are closed.
  std::vector<std::unique_ptr<Session>> kept_;
  int free_;  // sessions that may be taken, kept or still to be made
};

// A session of the pool while one mail is sent.
class SmtpTransport::Lease {
 public:
  explicit Lease(SmtpTransport& owner) : owner_(owner) {
    std::unique_lock lock(owner_.mutex_);
    owner_.returned_.wait(lock, [&] { return owner_.free_ > 0; });
    --owner_.free_;
    if (owner_.kept_.empty()) return;
    session_ = std::move(owner_.kept_.back());
    owner_.kept_.pop_back();
  }
  ~Lease() {
    {
      const std::lock_guard lock(owner_.mutex_);
      ++owner_.free_;
      if (session_) owner_.kept_.push_back(std::move(session_));
    }
    owner_.returned_.notify_one();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Session& session() {
    if (!session_) session_ = std::make_unique<Session>(owner_.options_, owner_.url_);
    return *session_;
  }

 private:
  SmtpTransport& owner_;
  std::unique_ptr<Session> session_;
};

Delivery SmtpTransport::send(const Message& message) {
  // RFC 5321 §3.3: what follows CR LF in an address would be the next command.
  if (!is_plain_address(message.to)) return {DeliveryClass::permanent, 0, "invalid recipient"};
  if (!is_plain_address(message.from.address)) {
    return {DeliveryClass::permanent, 0, "invalid sender"};
  }
  const std::string mime = to_mime(message);
  Lease lease(*this);
  const Ending ending = lease.session().send(message, mime, false);
  if (was_stale(ending)) return to_delivery(lease.session().send(message, mime, true));
  return to_delivery(ending);
}

}  // namespace

std::unique_ptr<Transport> make_smtp_transport(const SmtpOptions& options) {
  start_curl();
  return std::make_unique<SmtpTransport>(options);
}

}  // namespace promotions
