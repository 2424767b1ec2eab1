#include "http/library_adapter.h"

#include <httplib.h>

#include <functional>
#include <utility>

namespace promotions {
namespace {

// The request that the library parses instead of the real one. The real one was parsed by the
// front: the library's parser decodes percent signs in header fields, knows few methods and keeps
// no bounds. To write an answer the library needs only the method and the version, which run()
// sets. Above all it must see no Range and no Accept-Encoding, or it could cut or compress the
// answer.
constexpr std::string_view kStandIn = "GET / HTTP/1.1\r\n\r\n";

class MemoryStream final : public httplib::Stream {
 public:
  std::string take_output() { return std::move(output_); }

  bool is_readable() const override { return !input_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override {
    const auto length = input_.copy(bytes, size);
    input_.remove_prefix(length);
    return static_cast<ssize_t>(length);
  }
  ssize_t write(const char* bytes, size_t size) override {
    output_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string_view input_ = kStandIn;
  std::string output_;
};

// The library calls its handlers on the thread that called it, but does not tell them for which
// answer.
thread_local const AnswerContent* current_content = nullptr;

}  // namespace

class LibraryAdapter::MemoryServer final : public httplib::Server {
 public:
  explicit MemoryServer(Millis idle_timeout) : keep_alive_(keep_alive_field(idle_timeout)) {
    set_pre_routing_handler([](const httplib::Request& /*request*/, httplib::Response& response) {
      const AnswerContent& content = *current_content;
      response.status = content.status;
      if (content.streamed_bytes > 0) {
        response.set_content_provider(content.streamed_bytes, content.media_type, &provide_nothing);
      } else if (!content.media_type.empty()) {
        response.set_content(content.body, content.media_type.c_str());
      }
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request& /*request*/, httplib::Response& response) {
      // The library announces ranges and the bounds of its own loop. Neither applies here.
      response.headers.erase("Accept-Ranges");
      response.headers.erase("Connection");
      // RFC 9110 §8.6: an answer 204 must not have it.
      if (response.status == 204) response.headers.erase("Content-Length");
    });
  }

  FramedAnswer run(const FramedRequest& request, const AnswerContent& content) {
    MemoryStream stream;
    current_content = &content;
    process(&MemoryServer::process_request, stream, [&](httplib::Request& stand_in) {
      // For HEAD the library writes the length of a body, but not the body. A streamed body needs
      // just that: its bytes follow later.
      stand_in.method = content.streamed_bytes > 0 ? "HEAD" : request.method;
      stand_in.version = request.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
    });
    current_content = nullptr;
    FramedAnswer answer{stream.take_output(), request.close};
    add_fields(request, content.fields.lines(), answer.bytes);
    return answer;
  }

 private:
  static bool provide_nothing(std::size_t /*offset*/, std::size_t /*length*/,
                              httplib::DataSink& /*sink*/) {
    return false;
  }

  using Setup = std::function<void(httplib::Request&)>;

  // Inserts all fields behind the status line as one block. The library would copy each field three
  // times.
  void add_fields(const FramedRequest& request, std::string_view lines,
                  std::string& message) const {
    // RFC 9112 §9.6. A client of HTTP/1.0 must be told that the connection stays open. All clients
    // are told for how long: a request that is sent just as the connection ends would be lost.
    std::string_view connection = keep_alive_;
    if (request.close) {
      connection = "Connection: close\r\n";
    } else if (keep_alive_.empty() && request.minor_version == 0) {
      connection = "Connection: keep-alive\r\n";
    }
    const auto status_line = message.find("\r\n") + 2;
    message.reserve(message.size() + connection.size() + lines.size());
    message.insert(status_line, lines);
    message.insert(status_line, connection);
  }

  static std::string keep_alive_field(Millis idle_timeout) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(idle_timeout).count();
    if (seconds <= 0) return {};
    return "Connection: keep-alive\r\nKeep-Alive: timeout=" + std::to_string(seconds) + "\r\n";
  }

  const std::string keep_alive_;  // lines with CRLF; "" if connections do not stay open

  // Tells the library that its own loop would end the connection: then it adds least to the answer.
  static constexpr bool kClose = true;

  // process_request() takes more arguments from 0.15 on. Overload resolution picks the signature
  // that the installed version has.
  using BeforeV015 = bool (Server::*)(httplib::Stream&, bool, bool&, const Setup&);
  using SinceV015 = bool (Server::*)(httplib::Stream&, const std::string&, int, const std::string&,
                                     int, bool, bool&, const Setup&);

  void process(BeforeV015 function, httplib::Stream& stream, const Setup& setup) {
    bool closed = false;
    (this->*function)(stream, kClose, closed, setup);
  }

  void process(SinceV015 function, httplib::Stream& stream, const Setup& setup) {
    bool closed = false;
    (this->*function)(stream, "", 0, "", 0, kClose, closed, setup);
  }
};

LibraryAdapter::LibraryAdapter(Millis idle_timeout)
    : server_(std::make_unique<MemoryServer>(idle_timeout)) {}

LibraryAdapter::~LibraryAdapter() = default;

FramedAnswer LibraryAdapter::run(const FramedRequest& request, const AnswerContent& content) const {
  return server_->run(request, content);
}

}  // namespace promotions
