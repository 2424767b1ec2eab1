// What a sign-up is measured against: cpp-httplib's own server, which answers POST /add_subscriber
// with a constant. Arguments: bytes of the body, bytes of one more header's value.
#include <httplib.h>

#include <iostream>
#include <string>

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: constant_server BODY_BYTES HEADER_BYTES\n";
    return 2;
  }
  const std::string body(std::stoul(arguments[1]), 'x');
  const std::string padding(std::stoul(arguments[2]), 'x');

  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(64); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000'000);
  server.Post("/add_subscriber", [&](const httplib::Request&, httplib::Response& response) {
    response.status = 202;
    response.set_header("X-Padding", padding);
    response.set_content(body, "application/json");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  if (port <= 0) return 1;
  std::cout << port << std::endl;
  return server.listen_after_bind() ? 0 : 1;
}
