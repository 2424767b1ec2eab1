// An e-mail address that the program is willing to send mail to. Values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/library_version.h"

namespace promotions {

// An immutable value. Its text can go into SMTP commands and mail headers as it is: it is ASCII,
// without white space, control characters, quotes or angle brackets.
class EmailAddress {
 public:
  // Returns nullopt if `given` is not such an address. The grammar is that of the HTML standard
  // ("valid e-mail address"), narrowed: at least two domain labels, at most 64 octets in the local
  // part and 254 in all (RFC 5321 §4.5.3.1, errata 1690), no empty part between dots. An
  // internationalised domain (UTF-8) is converted to A-labels (RFC 5891, UTS 46 non-transitional).
  // Quoted local parts, address literals and non-ASCII local parts are refused. Characters that
  // phones and mail programs add to pasted addresses are removed first: invisible ones everywhere,
  // and white space at both ends (as_typed()).
  static std::optional<EmailAddress> parse(std::string_view given);

  // The address that mail is sent to: the local part as given, the domain as A-labels in lower
  // case.
  const std::string& text() const { return text_; }

  // The whole address in lower case. Two addresses with the same key are the same subscriber.
  const std::string& key() const { return key_; }

  // The mailbox that most mail servers deliver it to: mailbox_of(key()).
  std::string mailbox() const;

  friend bool operator==(const EmailAddress&, const EmailAddress&) = default;

 private:
  EmailAddress(std::string text, std::string key);
  std::string text_;
  std::string key_;
};

// The main address of the mailbox that `key` names: without a tag ("ana+x@example.org" becomes
// "ana@example.org"), and at Gmail without dots in the local part and with gmail.com for
// googlemail.com. `key` and the result have the form of EmailAddress::key().
std::string mailbox_of(std::string_view key);

// Shows a stored address to people, with the domain in its own script: "ana@españa.example".
// parse() turns the result back into the stored one. Text that is not an address stays as it is.
std::string shown_address(std::string_view stored);

// The text to look for when somebody searches addresses for `given`, a part of one: cleaned up by
// as_typed(), in lower case, with the domain's labels as shown_address() of a key writes them.
std::string address_search_text(std::string_view given);

std::vector<LibraryVersion> domain_libraries();

}  // namespace promotions
