// libcurl's handles as objects, for the modules that speak a protocol through it. The first of them
// starts libcurl, once a process. Where an object cannot be made, std::bad_alloc or
// std::runtime_error is thrown.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace promotions {

// A list of texts, for the options that take one and do not copy it.
class CurlList {
 public:
  void add(const std::string& text);
  curl_slist* get() const { return list_.get(); }  // null: empty

 private:
  struct Free {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  std::unique_ptr<curl_slist, Free> list_;
};

// A URL, put together from its parts or taken apart.
class CurlUrl {
 public:
  CurlUrl();

  // False: `text` cannot be that part.
  [[nodiscard]] bool set(CURLUPart part, const std::string& text);
  // nullopt: it has no such part, or is no URL yet.
  std::optional<std::string> get(CURLUPart part) const;

 private:
  struct Free {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
  };
  std::unique_ptr<CURLU, Free> url_;
};

// One transfer after the other, and the connection that is kept between them. One thread at a time.
class CurlHandle {
 public:
  CurlHandle();
  ~CurlHandle() { curl_easy_cleanup(curl_); }
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  // Texts are copied, unless libcurl's manual says otherwise. Throws std::runtime_error for what
  // this libcurl does not take.
  template <typename Value>
  void set(CURLoption option, Value value) {
    require(curl_easy_setopt(curl_, option, value));
  }
  void set(CURLoption option, const std::string& value) { set(option, value.c_str()); }

  // TLS 1.2 at least, with whom `ca_file` (PEM) trusts; if it is empty, whom $SSL_CERT_FILE does,
  // or else the system.
  void set_trust(const std::string& ca_file);

  // All options as they were at first; the connection is kept.
  void reset();

  CURLcode perform();
  // Why the last perform() ended with `code`, in libcurl's words. A server may have a say in them.
  std::string explanation(CURLcode code) const;

  // `Value` is what libcurl's manual has for `what`: long, curl_off_t.
  template <typename Value>
  Value info(CURLINFO what) const {
    Value value{};
    curl_easy_getinfo(curl_, what, &value);
    return value;
  }

 private:
  void set_common();
  static void require(CURLcode status);

  CURL* const curl_;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

// The file that $SSL_CERT_FILE names, or else the one that libcurl was built for; empty: neither.
std::string system_authorities();

}  // namespace promotions
