// A client on a plain socket, which can misbehave. Every wait has a deadline that fails the test.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "front/file_descriptor.h"

namespace promotions::test {

class Client {
 public:
  static Client tcp(int port, std::string_view host = "127.0.0.1");
  static Client control(const std::string& path);

  void send(std::string_view bytes);
  void end_sending();
  void shrink_receive_buffer();

  // The next answer: head, empty line and as much body as Content-Length says.
  std::string answer(bool has_body = true);
  // What comes until it ends in `mark`.
  std::string until(std::string_view mark);
  // What comes until the server ends the connection, by a reset too.
  std::string rest();
  bool has_ended() { return rest().empty(); }
  // The server ended the connection by a reset, which may have taken an answer away.
  bool was_reset() const { return was_reset_; }
  // Some of what comes; empty once the server has ended the connection.
  std::string some();
  // Waits, without reading, for something to read.
  void await_input();
  // The same for any of `clients`, not empty: the index of one that has it.
  static std::size_t await_any_input(const std::vector<Client>& clients);
  int fd() const { return socket_.get(); }  // for what speaks over it

  // Waits, without reading, for the server to end the connection.
  void await_hang_up();

 private:
  explicit Client(FileDescriptor socket) : socket_(std::move(socket)) {}
  bool receive();

  FileDescriptor socket_;
  std::string received_;
  bool was_reset_ = false;
};

}  // namespace promotions::test
