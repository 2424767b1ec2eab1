// The only file of mail that uses libcurl.
#include "mail/smtp_session.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <span>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "mail/address.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/net/curl.h"

namespace promotions {
namespace {

// Rewrites a line of the answer to EHLO as libcurl expects it. libcurl recognises "STARTTLS",
// "AUTH " and the names of mechanisms only in capitals, and would go on without AUTH. But their
// case does not matter (RFC 5321 §2.4, RFC 4954 §3). libcurl shows us the line in its own buffer
// before it reads it there, so we can change it. "AUTH=" is the form from before RFC 2554.
void in_libcurls_spelling(std::span<char> line) {
  for (char& c : line) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  constexpr std::string_view kFormer = "AUTH=";
  const std::string_view text(line.data(), line.size());
  if (text.size() > 4 && text.substr(4).starts_with(kFormer)) line[8] = ' ';
}

TransferFault fault_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return TransferFault::none;
    case CURLE_COULDNT_RESOLVE_HOST:
      return TransferFault::unknown_host;
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

std::string url_of(const SmtpOptions& options) {
  CurlUrl url;
  const bool bare_ipv6 = options.host.find(':') != std::string::npos && options.host.front() != '[';
  const std::string host = bare_ipv6 ? "[" + options.host + "]" : options.host;
  const std::string port = std::to_string(options.port);
  if (!url.set(CURLUPART_SCHEME, options.security == SmtpSecurity::tls ? "smtps" : "smtp") ||
      !url.set(CURLUPART_HOST, host)) {
    throw ConfigError("mail.smtp.host is \"" + options.host +
                      "\"; expected a host name or address");
  }
  if (!url.set(CURLUPART_PORT, port)) {
    throw ConfigError("mail.smtp.port is " + port + "; expected 1..65535");
  }
  const std::optional<std::string> text =
      url.set(CURLUPART_PATH, "/") ? url.get(CURLUPART_URL) : std::nullopt;
  if (!text) throw std::runtime_error("libcurl makes no URL of " + host);
  return *text;
}

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// The system's certificates and those of `ca_file`: CURLOPT_CAINFO would replace the system's by
// ours. Empty if there is no `ca_file`.
std::string authorities_of(const SmtpOptions& options) {
  if (options.ca_file.empty()) return {};
  const auto ours = content_of(options.ca_file);
  if (!ours || ours->find("-----BEGIN ") == std::string::npos) {
    throw ConfigError("mail.smtp.ca_file \"" + options.ca_file + "\" " +
                      (ours ? "holds no certificate" : "cannot be read") +
                      "; expected a readable file of certificates in PEM");
  }
  return content_of(system_authorities()).value_or("") + "\n" + *ours;
}

}  // namespace

SmtpEndpoint endpoint_of(const SmtpOptions& options) {
  return {url_of(options), authorities_of(options)};
}

// The libcurl handle with its callbacks. Not thread-safe; libcurl calls back on the thread that is
// in perform() or in the destructor.
class SmtpSession::Handle {
 public:
  Handle(const SmtpOptions& options, const SmtpEndpoint& endpoint);
  ~Handle();
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  CurlHandle& curl() { return curl_; }
  SmtpEnding perform(std::string_view sender, std::string_view mime);

  const std::string& envelope_from() const { return envelope_from_; }
  bool is_open() const { return !sockets_.empty(); }
  bool is_alive() const;

 private:
  struct Transfer {
    SmtpDialogue dialogue;
    std::string_view rest;  // the part of the mail that is still to be sent
  };

  void set_security(const SmtpOptions& options, const SmtpEndpoint& endpoint);
  void stop_listening() const;

  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* handle);
  static std::size_t on_line(char* line, std::size_t size, std::size_t count, void* handle);
  static int on_debug(CURL* curl, curl_infotype type, char* data, std::size_t size, void* handle);
  static int on_open(void* handle, curl_socket_t socket, curlsocktype purpose);
  static int on_close(void* handle, curl_socket_t socket);

  const std::string url_;
  const std::string helo_;
  const std::string envelope_from_;
  const bool needs_auth_;
  const bool starttls_;
  Transfer* transfer_ = nullptr;        // the transfer that is running, if any
  std::vector<curl_socket_t> sockets_;  // open sockets; several only while connecting
  CurlHandle curl_;                     // the last member: its destructor calls back
};

SmtpSession::Handle::Handle(const SmtpOptions& options, const SmtpEndpoint& endpoint)
    : url_(endpoint.url),
      helo_(options.helo),
      envelope_from_(options.envelope_from),
      needs_auth_(!options.username.empty()),
      starttls_(options.security == SmtpSecurity::starttls) {
  curl_.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_.set(CURLOPT_PROXY, "");        // $all_proxy is not meant for mail
  curl_.set(CURLOPT_MAXCONNECTS, 1L);  // a new connection replaces the kept one
  const auto timeout = static_cast<long>(options.timeout.count());
  curl_.set(CURLOPT_CONNECTTIMEOUT_MS, timeout);
  curl_.set(CURLOPT_TIMEOUT_MS, timeout);
  curl_.set(CURLOPT_READFUNCTION, &Handle::on_read);
  curl_.set(CURLOPT_READDATA, this);
  curl_.set(CURLOPT_HEADERFUNCTION, &Handle::on_line);
  curl_.set(CURLOPT_HEADERDATA, this);
  curl_.set(CURLOPT_DEBUGFUNCTION, &Handle::on_debug);
  curl_.set(CURLOPT_DEBUGDATA, this);
  curl_.set(CURLOPT_SOCKOPTFUNCTION, &Handle::on_open);
  curl_.set(CURLOPT_SOCKOPTDATA, this);
  curl_.set(CURLOPT_CLOSESOCKETFUNCTION, &Handle::on_close);
  curl_.set(CURLOPT_CLOSESOCKETDATA, this);
  curl_.set(CURLOPT_VERBOSE, 1L);  // without it on_debug is not called
  set_security(options, endpoint);
}

void SmtpSession::Handle::set_security(const SmtpOptions& options, const SmtpEndpoint& endpoint) {
  // ALL: libcurl fails if the server does not offer STARTTLS, and does not go on in plain text.
  if (starttls_) curl_.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  curl_.set_trust({});
  if (!endpoint.authorities.empty()) {
    // libcurl does not copy it: the endpoint outlives its sessions.
    curl_blob authorities{const_cast<char*>(endpoint.authorities.data()),
                          endpoint.authorities.size(), CURL_BLOB_NOCOPY};
    curl_.set(CURLOPT_CAINFO_BLOB, &authorities);
  }
  if (!needs_auth_) return;
  curl_.set(CURLOPT_USERNAME, options.username);
  curl_.set(CURLOPT_PASSWORD, options.password);
}

SmtpSession::Handle::~Handle() {
  stop_listening();
}

// Closes the reading side, so that libcurl does not wait for the answer to QUIT. It would wait for
// two minutes, whatever its timeouts are, and a silent server would hold up a worker or the end of
// the program. The QUIT itself still goes out.
void SmtpSession::Handle::stop_listening() const {
  for (const curl_socket_t socket : sockets_) ::shutdown(socket, SHUT_RD);
}

std::size_t SmtpSession::Handle::on_read(char* buffer, std::size_t size, std::size_t count,
                                         void* handle) {
  std::string_view& rest = static_cast<Handle*>(handle)->transfer_->rest;
  const std::size_t taken = rest.copy(buffer, size * count);
  rest.remove_prefix(taken);
  return taken;
}

std::size_t SmtpSession::Handle::on_line(char* line, std::size_t size, std::size_t count,
                                         void* handle) {
  Transfer* const transfer = static_cast<Handle*>(handle)->transfer_;
  if (transfer == nullptr) return size * count;  // the handle is being destroyed
  const bool go_on = transfer->dialogue.received({line, size * count});
  // Only after the dialogue has seen the line as the server wrote it.
  if (transfer->dialogue.stage() == SmtpStage::hello) in_libcurls_spelling({line, size * count});
  return go_on ? size * count : 0;  // another size than it was given ends the transfer
}

int SmtpSession::Handle::on_debug(CURL* /*curl*/, curl_infotype type, char* data, std::size_t size,
                                  void* handle) {
  const Handle& self = *static_cast<Handle*>(handle);
  // HEADER_OUT are the commands; the content of the mail is DATA_OUT.
  if (self.transfer_ == nullptr || type != CURLINFO_HEADER_OUT) return 0;
  self.transfer_->dialogue.sent({data, size});
  if (self.transfer_->dialogue.is_quitting()) self.stop_listening();
  return 0;
}

int SmtpSession::Handle::on_open(void* handle, curl_socket_t socket, curlsocktype /*purpose*/) {
  static_cast<Handle*>(handle)->sockets_.push_back(socket);
  return CURL_SOCKOPT_OK;
}

int SmtpSession::Handle::on_close(void* handle, curl_socket_t socket) {
  std::erase(static_cast<Handle*>(handle)->sockets_, socket);
  return ::close(socket);
}

// Between two mails a server sends nothing, unless it closes the connection. So the connection is
// alive if there is nothing to read.
bool SmtpSession::Handle::is_alive() const {
  return std::any_of(sockets_.begin(), sockets_.end(), [](curl_socket_t socket) {
    char byte = 0;
    return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
  });
}

SmtpEnding SmtpSession::Handle::perform(std::string_view sender, std::string_view mime) {
  Transfer transfer{SmtpDialogue(needs_auth_, starttls_), mime};
  // libcurl takes the path of the URL as the argument of EHLO, and decodes it.
  const std::string_view client_name = helo_.empty() ? domain_of(sender) : std::string_view(helo_);
  curl_.set(CURLOPT_URL, url_ + percent_encoded(client_name));
  transfer_ = &transfer;  // for the callbacks, which run during perform()
  const CURLcode status = curl_.perform();
  transfer_ = nullptr;

  const TransferFault fault =
      transfer.dialogue.no_auth() ? TransferFault::no_login : fault_of(status);
  return {.dialogue = std::move(transfer.dialogue),
          .fault = fault,
          .explanation = curl_.explanation(status),
          .on_kept_connection = curl_.info<long>(CURLINFO_NUM_CONNECTS) == 0,
          // An error of TLS also shows that there was a connection.
          .was_connected =
              curl_.info<curl_off_t>(CURLINFO_CONNECT_TIME_T) > 0 || fault == TransferFault::tls,
          .was_encrypted = curl_.info<curl_off_t>(CURLINFO_APPCONNECT_TIME_T) > 0,
          .distrusts_server = status == CURLE_PEER_FAILED_VERIFICATION};
}

SmtpSession::SmtpSession(const SmtpOptions& options, const SmtpEndpoint& endpoint)
    : handle_(std::make_unique<Handle>(options, endpoint)) {
  sign_in_by(std::nullopt);
}

SmtpSession::~SmtpSession() = default;

bool SmtpSession::is_open() const {
  return handle_->is_open();
}

bool SmtpSession::is_alive() const {
  return handle_->is_alive();
}

void SmtpSession::sign_in_by(std::optional<Mechanism> mechanism) {
  // By default libcurl would try Kerberos, NTLM or digests first where the server offers them.
  const std::string option =
      mechanism ? "AUTH=" + std::string(to_text(*mechanism)) : "AUTH=PLAIN;AUTH=LOGIN";
  handle_->curl().set(CURLOPT_LOGIN_OPTIONS, option);
  mechanism_ = mechanism;
}

SmtpEnding SmtpSession::send(const Message& message, const std::string& mime, bool fresh) {
  CurlList recipients;
  recipients.add(message.to);
  const std::string& from =
      handle_->envelope_from().empty() ? message.from.address : handle_->envelope_from();
  CurlHandle& curl = handle_->curl();
  curl.set(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
  curl.set(CURLOPT_UPLOAD, 1L);
  curl.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mime.size()));
  curl.set(CURLOPT_MAIL_FROM, from);
  curl.set(CURLOPT_MAIL_RCPT, recipients.get());
  SmtpEnding ending = handle_->perform(message.from.address, mime);
  curl.set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));  // `recipients` ends here
  return ending;
}

SmtpEnding SmtpSession::try_out(const std::string& from, bool fresh) {
  const std::string& envelope = handle_->envelope_from().empty() ? from : handle_->envelope_from();
  CurlHandle& curl = handle_->curl();
  curl.set(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
  curl.set(CURLOPT_NOBODY, 1L);
  // libcurl decodes a custom command as it does a path.
  curl.set(CURLOPT_CUSTOMREQUEST, "MAIL FROM:<" + percent_encoded(envelope) + ">");
  SmtpEnding ending = handle_->perform(from, {});
  if (ending.dialogue.stage() != SmtpStage::mail || ending.dialogue.reply().code / 100 != 2) {
    return ending;
  }
  // On the same connection, cancel the mail that MAIL has begun.
  curl.set(CURLOPT_FRESH_CONNECT, 0L);
  curl.set(CURLOPT_CUSTOMREQUEST, "RSET");
  return handle_->perform(from, {});
}

SmtpEnding SmtpSession::greet(const std::string& from) {
  handle_->curl().set(CURLOPT_CONNECT_ONLY, 1L);
  return handle_->perform(from, {});
}

void SmtpSession::trust_anybody() {
  handle_->curl().set(CURLOPT_SSL_VERIFYPEER, 0L);
  handle_->curl().set(CURLOPT_SSL_VERIFYHOST, 0L);
}

SmtpEnding try_other_way(const SmtpOptions& options, const std::string& from,
                         std::chrono::milliseconds at_most) {
  SmtpOptions other = options;
  other.security = options.security == SmtpSecurity::tls ? SmtpSecurity::none : SmtpSecurity::tls;
  other.timeout = std::min(other.timeout, at_most);
  // The server is not verified here, so it must get no password and no mail.
  other.username.clear();
  other.password.clear();
  other.ca_file.clear();
  const SmtpEndpoint endpoint{url_of(other), {}};
  SmtpSession session(other, endpoint);
  session.trust_anybody();
  return session.greet(from);
}

}  // namespace promotions
