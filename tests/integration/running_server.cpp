#include "integration/running_server.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "support/catch.h"

namespace promotions {
namespace {

Reply to_reply(const httplib::Result& result) {
  if (!result) throw std::runtime_error("no answer: " + httplib::to_string(result.error()));
  return {result->status, Json::parse(result->body, nullptr, false), result->body, result->headers};
}

std::unique_ptr<httplib::Client> client_for(int port) {
  auto client = std::make_unique<httplib::Client>("127.0.0.1", port);
  client->set_read_timeout(kSoon);
  return client;
}

constexpr char kJson[] = "application/json";

}  // namespace

RunningServer::RunningServer(std::vector<std::string> settings,
                             std::vector<std::string> environment)
    : settings_(std::move(settings)), environment_(std::move(environment)) {
  const auto added =
      command({"--create", "admin", "add", "boss", "--password-stdin"}, "open sesame\n");
  if (added.status != 0) throw std::runtime_error("admin add failed: " + added.output);
  start();
}

RunningServer::~RunningServer() {
  kill();
}

std::vector<std::string> RunningServer::base_arguments() const {
  std::vector<std::string> arguments{"env"};
  arguments.insert(arguments.end(), environment_.begin(), environment_.end());
  arguments.insert(arguments.end(),
                   {PROMOTIONS_BINARY, "--set", "storage.path=" + database(), "--set",
                    "mail.directory=" + folder_.file("outbox"), "--set", "server.port=0", "--set",
                    "limits.sign_ups_per_minute=0", "--set", "limits.mails_per_address_per_day=0",
                    "--set", "limits.failed_logins_per_minute=0"});
  for (const std::string& setting : settings_) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  return arguments;
}

void RunningServer::start() {
  {
    const std::lock_guard lock(mutex_);
    output_.clear();
    ended_ = false;
  }
  // The log is on stderr; the shell joins it with what is read here.
  std::vector<std::string> arguments{"sh", "-c", "exec \"$@\" 2>&1", "sh"};
  for (const std::string& argument : base_arguments()) arguments.push_back(argument);
  arguments.emplace_back("serve");
  process_ = std::make_unique<ChildProcess>(arguments);
  collector_ = std::thread([this] { collect(); });
  const std::string mark = "listening on http://127.0.0.1:";
  if (!wait_for_output(mark)) throw std::runtime_error("did not start: " + output());
  port_ = std::stoi(output().substr(output().find(mark) + mark.size()));
}

void RunningServer::collect() {
  while (const auto line = process_->read_line(std::chrono::minutes(10))) {
    const std::lock_guard lock(mutex_);
    output_ += *line + "\n";
    printed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  printed_.notify_all();
}

std::vector<std::string> RunningServer::wait_for_links(std::size_t count) const {
  const auto deadline = std::chrono::steady_clock::now() + kSoon;
  std::vector<std::string> links;
  while (links.size() < count) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("no such mails");
    links.clear();
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.file("outbox"), none)) {
      if (entry.path().extension() != ".eml") continue;
      std::ifstream file(entry.path());
      links.push_back(link_in({std::istreambuf_iterator<char>(file), {}}));
    }
    std::this_thread::yield();
  }
  return links;
}

bool RunningServer::wait_for_output(const std::string& text) {
  std::unique_lock lock(mutex_);
  const auto is_there = [&] { return output_.find(text) != std::string::npos; };
  printed_.wait_for(lock, kSoon, [&] { return ended_ || is_there(); });
  return is_there();
}

std::string RunningServer::output() {
  const std::lock_guard lock(mutex_);
  return output_;
}

void RunningServer::signal(int number) {
  process_->signal(number);
}

int RunningServer::stop() {
  process_->signal(SIGTERM);
  collector_.join();
  const int status = process_->wait();
  process_.reset();
  return status;
}

void RunningServer::kill() {
  if (!process_) return;
  process_->signal(SIGKILL);
  collector_.join();
  process_.reset();
}

void RunningServer::restart() {
  start();
}

Reply RunningServer::get(const std::string& path, const httplib::Headers& headers) const {
  return to_reply(client_for(port_)->Get(path.c_str(), headers));
}

Reply RunningServer::head(const std::string& path) const {
  return to_reply(client_for(port_)->Head(path.c_str()));
}

Reply RunningServer::post(const std::string& path, const Json& body,
                          const httplib::Headers& headers) const {
  return to_reply(client_for(port_)->Post(path.c_str(), headers, body.dump(), kJson));
}

Reply RunningServer::post_form(const std::string& path, const std::string& form,
                               const httplib::Headers& headers) const {
  return to_reply(
      client_for(port_)->Post(path.c_str(), headers, form, "application/x-www-form-urlencoded"));
}

Reply RunningServer::post_raw(const std::string& path, const std::string& body,
                              const std::string& media_type) const {
  return to_reply(client_for(port_)->Post(path.c_str(), body, media_type.c_str()));
}

Reply RunningServer::admin(const std::string& method, const std::string& path, const Json& body,
                           httplib::Headers headers) const {
  headers.insert(httplib::make_basic_authentication_header("boss", "open sesame"));
  httplib::Request request;
  request.method = method;
  request.path = path;
  request.headers = headers;
  if (!body.is_null()) {
    request.body = body.dump();
    request.headers.emplace("Content-Type", kJson);
  }
  return to_reply(client_for(port_)->send(request));
}

Reply RunningServer::sign_up(const std::string& campaign, const std::string& email) const {
  return post("/add_subscriber", {{"campaign", campaign}, {"email", email}});
}

void RunningServer::create_campaign(const std::string& slug, Json settings) const {
  Json body = {{"slug", slug}, {"name", "Campaign " + slug}, {"admin_email", "boss@example.org"}};
  body.update(settings);
  const Reply reply = admin("POST", "/api/v1/campaigns", body);
  INFO(reply.text);
  REQUIRE(reply.status == 201);
}

ProgramResult RunningServer::command(std::vector<std::string> arguments,
                                     const std::string& input) const {
  std::vector<std::string> all{"sh", "-c", "exec \"$@\" 2>&1", "sh"};
  for (const std::string& argument : base_arguments()) all.push_back(argument);
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run_program(all, input);
}

std::string link_in(const std::string& mail) {
  // Out of quoted-printable: soft line breaks go, =3D is the equals sign.
  std::string text;
  for (std::size_t i = 0; i < mail.size(); ++i) {
    if (mail.compare(i, 3, "=\r\n") == 0) {
      i += 2;
    } else if (mail.compare(i, 3, "=3D") == 0) {
      text += '=';
      i += 2;
    } else {
      text += mail[i];
    }
  }
  const auto begin = text.find("/verify_subscriber?token=");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_first_of("\r\n", begin) - begin);
}

}  // namespace promotions
