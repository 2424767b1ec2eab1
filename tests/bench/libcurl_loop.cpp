// What sending mail is measured against: libcurl in a bare loop. Each thread keeps one handle, and
// with it one connection, and sends the same file again and again.
// Arguments: port of the mail server on this machine, threads, seconds, the file. Prints mails a
// second.
#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

std::size_t read_rest(char* buffer, std::size_t size, std::size_t count, void* rest) {
  auto& text = *static_cast<std::string_view*>(rest);
  const std::size_t taken = text.copy(buffer, size * count);
  text.remove_prefix(taken);
  return taken;
}

// Mails sent until `end`; -1 if one failed.
long send_until(Clock::time_point end, const std::string& url, const std::string& mail) {
  CURL* const curl = curl_easy_init();
  curl_slist* const recipients = curl_slist_append(nullptr, "subscriber@example.org");
  std::string_view rest;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "no-reply@localhost");
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_rest);
  curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
  curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.size()));
  long sent = 0;
  while (sent >= 0 && Clock::now() < end) {
    rest = mail;
    sent = curl_easy_perform(curl) == CURLE_OK ? sent + 1 : -1;
  }
  curl_slist_free_all(recipients);
  curl_easy_cleanup(curl);
  return sent;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    std::cerr << "usage: libcurl_loop PORT THREADS SECONDS FILE\n";
    return 2;
  }
  const std::string url = std::string("smtp://127.0.0.1:") + arguments[1] + "/localhost";
  std::ifstream file(arguments[4], std::ios::binary);
  const std::string mail{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (mail.empty()) {
    std::cerr << arguments[4] << ": cannot be read\n";
    return 2;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);

  std::atomic<long> sent = 0;
  std::atomic<bool> failed = false;
  const auto began = Clock::now();
  const auto end = began + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(std::stod(arguments[3])));
  std::vector<std::thread> threads;
  for (int i = 0; i < std::stoi(arguments[2]); ++i) {
    threads.emplace_back([&] {
      const long own = send_until(end, url, mail);
      if (own < 0) failed = true;
      sent += own;
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (failed) {
    std::cerr << url << ": a mail was not accepted\n";
    return 1;
  }
  const std::chrono::duration<double> took = Clock::now() - began;
  std::cout << static_cast<double>(sent) / took.count() << '\n';
}
