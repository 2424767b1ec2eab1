#include "http/library_adapter.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "http/http_syntax.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

// What the library is given to parse. The real request was parsed already: the library's parser
// decodes percent signs in header fields, knows few methods and keeps no bounds. All that it has to
// know of the request is its method and version, which decide how an answer is written. Above all
// it sees no Range and no Accept-Encoding: half an answer must never be cut out or compressed.
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

struct Call {
  const FramedRequest& request;
  const LibraryAdapter::Handler& handler;
  bool close;
};

// The library calls back on the thread that called it, and does not say for whom.
thread_local Call* current_call = nullptr;

}  // namespace

class LibraryAdapter::MemoryServer final : public httplib::Server {
 public:
  MemoryServer() {
    set_pre_routing_handler([](const httplib::Request& /*request*/, httplib::Response& response) {
      handle(response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request& /*request*/, httplib::Response& response) {
      correct_fields(response);
    });
  }

  FramedAnswer run(const FramedRequest& request, const LibraryAdapter::Handler& handler) {
    MemoryStream stream;
    Call call{request, handler, request.close};
    current_call = &call;
    process(&MemoryServer::process_request, stream, [&request](httplib::Request& stand_in) {
      stand_in.method = request.method;
      stand_in.version = request.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
    });
    current_call = nullptr;
    return {stream.take_output(), call.close};
  }

 private:
  using Setup = std::function<void(httplib::Request&)>;

  static void handle(httplib::Response& response) {
    try {
      current_call->handler(response);
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
};

LibraryAdapter::LibraryAdapter() : server_(std::make_unique<MemoryServer>()) {}

LibraryAdapter::~LibraryAdapter() = default;

FramedAnswer LibraryAdapter::run(const FramedRequest& request, const Handler& handler) const {
  return server_->run(request, handler);
}

}  // namespace promotions
