// Wraps libcurl's handles in objects, for the modules that speak a protocol through it. The first
// CurlUrl or CurlHandle initialises libcurl, once per process. Constructors throw std::bad_alloc or
// std::runtime_error if libcurl fails. Each object may be used by one thread at a time.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace promotions {

// Owns a list of texts, for options that take a list. libcurl does not copy it, so it must outlive
// the transfer.
class CurlList {
 public:
  void add(const std::string& text);               // throws std::bad_alloc
  curl_slist* get() const { return list_.get(); }  // null: empty

 private:
  struct Free {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  std::unique_ptr<curl_slist, Free> list_;
};

// Builds a URL from its parts, or splits one into them. Throws std::bad_alloc without memory.
class CurlUrl {
 public:
  CurlUrl();

  // Returns false if `text` cannot be that part.
  [[nodiscard]] bool set(CURLUPart part, const std::string& text);
  // Returns nullopt if it has no such part or is not a URL yet.
  std::optional<std::string> get(CURLUPart part) const;

 private:
  struct Free {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
  };
  std::unique_ptr<CURLU, Free> url_;
};

// Runs one transfer after the other, and keeps the connection between them.
class CurlHandle {
 public:
  CurlHandle();
  ~CurlHandle() { curl_easy_cleanup(curl_); }
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  // libcurl copies texts, unless its manual says otherwise. Throws std::runtime_error if this
  // version of libcurl does not accept the option or the value.
  template <typename Value>
  void set(CURLoption option, Value value) {
    require(curl_easy_setopt(curl_, option, value));
  }
  void set(CURLoption option, const std::string& value) { set(option, value.c_str()); }

  // Requires TLS 1.2 or newer, and a certificate from the authorities in `ca_file` (PEM). If that
  // is empty: those in $SSL_CERT_FILE if it is set, else those of the system.
  void set_trust(const std::string& ca_file);

  // Resets all options to their first values and keeps the connection.
  void reset();

  CURLcode perform();
  // Why the last perform() ended with `code`, in libcurl's words. They may contain text that the
  // server sent.
  std::string explanation(CURLcode code) const;

  // `Value` must be the type in libcurl's manual for `what`: long, curl_off_t.
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

// The file of trusted certificates: that of $SSL_CERT_FILE, else the one that libcurl was built
// with; empty if there is neither.
std::string system_authorities();

}  // namespace promotions
