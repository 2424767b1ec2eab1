// An e-mail address that the program is willing to write to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/library_version.h"

namespace promotions {

// A value; immutable. Its text can be put into SMTP commands and mail headers as it is: ASCII,
// without white space, control characters, quotes or angle brackets.
class EmailAddress {
 public:
  // The grammar of the HTML standard ("valid e-mail address"), narrowed: at least two domain
  // labels, local part at most 64 octets and 254 in all (RFC 5321 §4.5.3.1, errata 1690), no empty
  // dot-separated part. An internationalised domain (UTF-8) is converted to A-labels (RFC 5891, UTS
  // 46 non-transitional). Quoted local parts, address literals and non-ASCII local parts are
  // refused. What phones and mail programs add when an address is pasted is dropped before anything
  // else: invisible characters everywhere, and white space at both ends (as_typed()).
  static std::optional<EmailAddress> parse(std::string_view given);

  // The local part as given, the domain in lower case as A-labels: what mail is sent to.
  const std::string& text() const { return text_; }

  // All in lower case: two addresses with one key are the same subscriber.
  const std::string& key() const { return key_; }

  // The mailbox behind it, by what most mail servers do: mailbox_of(key()).
  std::string mailbox() const;

  friend bool operator==(const EmailAddress&, const EmailAddress&) = default;

 private:
  EmailAddress(std::string text, std::string key);
  std::string text_;
  std::string key_;
};

// The address that `key` is another name of, if it is one: without its tag ("ana+x@example.org" is
// "ana@example.org"), and at Gmail without dots in the local part, where googlemail.com is
// gmail.com. `key`: EmailAddress::key(), and so is what comes back.
std::string mailbox_of(std::string_view key);

// How people read an address that was stored: its domain in its own script, "ana@españa.example".
// parse() of it gives the stored one again. What is no address stays as it is.
std::string shown_address(std::string_view stored);

// What is looked for if somebody searches addresses for `given`, a part of one: as typed, in lower
// case, and its domain's labels as shown_address() of a key has them.
std::string address_search_text(std::string_view given);

std::vector<LibraryVersion> domain_libraries();

}  // namespace promotions
