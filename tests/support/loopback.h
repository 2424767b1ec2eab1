// Sockets of servers for tests: on 127.0.0.1 only.
#pragma once

namespace promotions {

// A listening socket, owned by the caller; port 0 is a free one. Throws std::system_error.
int listen_on_loopback(int port);

int port_of(int listener);

}  // namespace promotions
