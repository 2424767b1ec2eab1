#include "promotions/net/curl.h"

#include <cstdlib>
#include <new>
#include <stdexcept>

namespace promotions {
namespace {

// Initialises libcurl once. It is never cleaned up: the operating system does that at the exit.
void start_curl() {
  static const CURLcode status = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (status != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

CURL* make_handle() {
  start_curl();
  CURL* const curl = curl_easy_init();
  if (curl == nullptr) throw std::runtime_error("libcurl: no handle");
  return curl;
}

// OpenSSL reads this variable itself, but libcurl would override it with the path that it was built
// with.
std::string authorities_of_environment() {
  const char* file = std::getenv("SSL_CERT_FILE");
  return file == nullptr ? "" : file;
}

}  // namespace

void CurlList::add(const std::string& text) {
  curl_slist* const longer = curl_slist_append(list_.get(), text.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list_.release());  // `longer` is the same list, so do not free it
  list_.reset(longer);
}

CurlUrl::CurlUrl() {
  start_curl();
  url_.reset(curl_url());
  if (!url_) throw std::bad_alloc();
}

bool CurlUrl::set(CURLUPart part, const std::string& text) {
  const CURLUcode status = curl_url_set(url_.get(), part, text.c_str(), 0);
  if (status == CURLUE_OUT_OF_MEMORY) throw std::bad_alloc();
  return status == CURLUE_OK;
}

std::optional<std::string> CurlUrl::get(CURLUPart part) const {
  char* text = nullptr;
  const CURLUcode status = curl_url_get(url_.get(), part, &text, 0);
  if (status == CURLUE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (status != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, void (*)(void*)> owned(text, curl_free);
  return std::string(owned.get());
}

CurlHandle::CurlHandle() : curl_(make_handle()) {
  set_common();
}

void CurlHandle::set_common() {
  set(CURLOPT_NOSIGNAL, 1L);  // the signal of a timeout could reach any thread
  set(CURLOPT_ERRORBUFFER, error_.data());
}

void CurlHandle::set_trust(const std::string& ca_file) {
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  const std::string file = ca_file.empty() ? authorities_of_environment() : ca_file;
  if (!file.empty()) set(CURLOPT_CAINFO, file);
}

void CurlHandle::reset() {
  curl_easy_reset(curl_);
  set_common();
}

CURLcode CurlHandle::perform() {
  error_.front() = '\0';  // libcurl does not clear it, and not every error writes into it
  return curl_easy_perform(curl_);
}

std::string CurlHandle::explanation(CURLcode code) const {
  return error_.front() == '\0' ? curl_easy_strerror(code) : error_.data();
}

void CurlHandle::require(CURLcode status) {
  if (status == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (status != CURLE_OK) {
    throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(status));
  }
}

std::string system_authorities() {
  std::string chosen = authorities_of_environment();
  if (!chosen.empty()) return chosen;
  const char* const builtin = curl_version_info(CURLVERSION_NOW)->cainfo;
  return builtin == nullptr ? "" : builtin;
}

}  // namespace promotions
