#include "http/library_adapter.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "http/http_syntax.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

// What the library is given to parse. The real request was parsed already, and is put in place of
// this one before the library routes it: the library's parser decodes percent signs in header
// fields, knows few methods and keeps no bounds.
constexpr std::string_view kStandIn = "GET / HTTP/1.1\r\n\r\n";

// Half an answer must never be cut out or compressed because a client asked for it.
bool changes_content(std::string_view field_name) {
  return http_syntax::same_ignoring_case(field_name, "Range") ||
         http_syntax::same_ignoring_case(field_name, "If-Range") ||
         http_syntax::same_ignoring_case(field_name, "Accept-Encoding");
}

// `text` has two hexadecimal digits after every "%", as the framer saw to.
std::string percent_decoded(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      decoded += static_cast<char>(http_syntax::hex_value(text[i + 1]) * 16 +
                                   http_syntax::hex_value(text[i + 2]));
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

// Cuts off and returns what stands before `separator`.
std::string_view cut(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto before = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return before;
}

void add_params(std::string_view query, httplib::Params& params) {
  while (!query.empty()) {
    std::string_view value = cut(query, '&');
    if (value.empty()) continue;
    const auto name = cut(value, '=');
    params.emplace(percent_decoded(name, true), percent_decoded(value, true));
  }
}

void fill(const FramedRequest& from, httplib::Request& to) {
  to.method = from.method;
  to.target = from.target;
  to.version = from.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
  to.remote_addr = from.peer_address;
  to.headers.clear();
  for (const HeaderField& field : from.fields) {
    if (!changes_content(field.name)) to.headers.emplace(field.name, field.value);
  }
  std::string_view query = from.target;
  to.path = percent_decoded(cut(query, '?'), false);
  to.params.clear();
  add_params(query, to.params);
}

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

struct Call {
  const FramedRequest& request;
  bool close;
};

// The library calls back on the thread that called it, and does not say for whom.
thread_local Call* current_call = nullptr;

}  // namespace

class LibraryAdapter::MemoryServer final : public httplib::Server {
 public:
  explicit MemoryServer(LibraryAdapter::Handler handler) : handler_(std::move(handler)) {
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      handle(request, response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request& /*request*/, httplib::Response& response) {
      correct_fields(response);
    });
  }

  FramedAnswer run(const FramedRequest& request) {
    MemoryStream stream;
    Call call{request, request.close};
    current_call = &call;
    process(&MemoryServer::process_request, stream,
            [&request](httplib::Request& library_request) { fill(request, library_request); });
    current_call = nullptr;
    return {stream.take_output(), call.close};
  }

 private:
  using Setup = std::function<void(httplib::Request&)>;

  void handle(const httplib::Request& request, httplib::Response& response) const {
    try {
      handler_(request, current_call->request, response);
    } catch (const std::exception& error) {
      logs::error("a request was not handled: {}", error.what());
      response = {};
      response.status = 500;
    } catch (...) {
      logs::error("a request was not handled: unknown exception");
      response = {};
      response.status = 500;
    }
  }

  static void correct_fields(httplib::Response& response) {
    // The library announces its own loop's bounds and ranges, neither of which are in force.
    response.headers.erase("Keep-Alive");
    response.headers.erase("Accept-Ranges");
    // RFC 9110 §8.6.
    if (response.status == 204) response.headers.erase("Content-Length");
    // RFC 9112 §9.6; a client of HTTP/1.0 must be told that the connection lives on.
    const auto connection = response.headers.find("Connection");
    current_call->close |= connection != response.headers.end() && connection->second == "close";
    response.headers.erase("Connection");
    if (current_call->close) {
      response.headers.emplace("Connection", "close");
    } else if (current_call->request.minor_version == 0) {
      response.headers.emplace("Connection", "keep-alive");
    }
  }

  // process_request() took more arguments from 0.15 on; the one that exists chooses.
  using BeforeV015 = bool (Server::*)(httplib::Stream&, bool, bool&, const Setup&);
  using SinceV015 = bool (Server::*)(httplib::Stream&, const std::string&, int, const std::string&,
                                     int, bool, bool&, const Setup&);

  void process(BeforeV015 function, httplib::Stream& stream, const Setup& setup) {
    bool closed = false;
    (this->*function)(stream, false, closed, setup);
  }

  void process(SinceV015 function, httplib::Stream& stream, const Setup& setup) {
    bool closed = false;
    (this->*function)(stream, "", 0, "", 0, false, closed, setup);
  }

  const LibraryAdapter::Handler handler_;
};

LibraryAdapter::LibraryAdapter(Handler handler)
    : server_(std::make_unique<MemoryServer>(std::move(handler))) {}

LibraryAdapter::~LibraryAdapter() = default;

FramedAnswer LibraryAdapter::run(const FramedRequest& request) const {
  return server_->run(request);
}

}  // namespace promotions
