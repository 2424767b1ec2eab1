#include <curl/curl.h>

#include "promotions/mail/smtp_transport.h"

namespace promotions {

std::vector<LibraryVersion> mail_libraries() {
  return {{"libcurl", curl_version_info(CURLVERSION_NOW)->version}};
}

}  // namespace promotions
