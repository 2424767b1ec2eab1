#include "support/aiosmtpd_server.h"

#include <stdexcept>

namespace promotions {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Makes key and certificate, and returns the command that starts the server with them.
std::vector<std::string> prepared(const TempFolder& folder, AiosmtpdServer::Tls tls) {
  const std::string key = folder.file("key.pem");
  const std::string certificate = folder.file("certificate.pem");
  const ProgramResult made = run_program(
      {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
       "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
       "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate});
  if (made.status != 0) throw std::runtime_error("openssl made no certificate");
  std::vector<std::string> command{"/usr/bin/python3",
                                   PROMOTIONS_SOURCE_DIR "/tests/support/aiosmtpd_server.py",
                                   "--certificate",
                                   certificate,
                                   "--key",
                                   key,
                                   "--username",
                                   AiosmtpdServer::username(),
                                   "--password",
                                   AiosmtpdServer::password()};
  if (tls == AiosmtpdServer::Tls::implicit) command.emplace_back("--implicit-tls");
  return command;
}

}  // namespace

AiosmtpdServer::AiosmtpdServer(Tls tls) : process_(prepared(folder_, tls)) {
  const std::string ready = process_.read_line(std::chrono::seconds(30)).value_or("");
  if (!ready.starts_with("ready ")) throw std::runtime_error("aiosmtpd did not start");
  port_ = std::stoi(ready.substr(6));
}

const std::vector<Json>& AiosmtpdServer::messages(std::size_t count, milliseconds at_most) {
  const auto deadline = steady_clock::now() + at_most;
  while (messages_.size() < count) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    const auto line = process_.read_line(left);
    if (!line) break;
    messages_.push_back(Json::parse(*line));
  }
  return messages_;
}

}  // namespace promotions
