#include "jobs/refusal_streak.h"

#include <algorithm>
#include <utility>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// "550"
bool is_code(std::string_view word) {
  return word.size() == 3 && std::all_of(word.begin(), word.end(), is_digit);
}

// "5.7.1"
bool is_enhanced_status(std::string_view word) {
  return word.size() >= 5 && is_digit(word[0]) && word[1] == '.' &&
         std::count(word.begin(), word.end(), '.') == 2 && is_digit(word.back()) &&
         std::all_of(word.begin(), word.end(), [](char c) { return c == '.' || is_digit(c); });
}

// The words from the reply's code on: leaves out the command that it answers.
std::vector<std::string_view> reply_words(std::string_view reply) {
  std::vector<std::string_view> words = words_of(reply);
  const auto code = std::find_if(words.begin(), words.end(), is_code);
  if (code != words.end()) words.erase(words.begin(), code);
  return words;
}

// Is it a number, an address, a host name or an id?
bool varies(std::string_view word) {
  const std::size_t dot = word.find('.');
  const bool has_inner_dot = dot != std::string_view::npos && dot + 1 < word.size();
  return has_inner_dot || word.find('@') != std::string_view::npos ||
         word.find("<address>") != std::string_view::npos ||
         std::any_of(word.begin(), word.end(), is_digit);
}

}  // namespace

bool is_about_recipient(std::string_view reply) {
  const auto words = reply_words(reply);
  if (words.size() < 2 || !is_enhanced_status(words[1])) return false;
  // The middle one of the three numbers.
  const std::string_view subject = words[1].substr(2, words[1].rfind('.') - 2);
  return subject == "1" || subject == "2";
}

std::string folded_reply(std::string_view reply) {
  std::string folded;
  std::size_t place = 0;
  for (const std::string_view word : reply_words(reply)) {
    // Code and enhanced status have digits, too, but tell one refusal from another.
    const bool is_status =
        (place == 0 && is_code(word)) || (place == 1 && is_enhanced_status(word));
    if (place++ > 0) folded += ' ';
    folded += !is_status && varies(word) ? "#" : to_lower_ascii(word);
  }
  return folded;
}

void RefusalStreak::accepted() {
  const MutexLock lock(mutex_);
  reply_.clear();
  domains_.clear();
  jobs_.clear();
}

std::optional<std::vector<std::int64_t>> RefusalStreak::refused(std::int64_t job,
                                                                std::string_view recipient,
                                                                std::string_view reply) {
  if (is_about_recipient(reply)) return std::nullopt;
  const std::string words = folded_reply(reply);
  const MutexLock lock(mutex_);
  if (words != reply_) {  // another refusal: a new streak begins with it
    reply_ = words;
    domains_.clear();
    jobs_.clear();
  }
  // A streak that is complete needs no more domains, so their memory is bounded.
  if (domains_.size() < kDomains) {
    domains_.insert(to_lower_ascii(recipient.substr(recipient.rfind('@') + 1)));
  }
  if (domains_.size() < kDomains) {
    if (jobs_.size() < kMostJobs) jobs_.push_back(job);
    return std::nullopt;
  }
  return std::exchange(jobs_, {});
}

}  // namespace promotions
