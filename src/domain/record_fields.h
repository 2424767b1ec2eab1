// Reading the published records strictly, field by field. Private to domain.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/json_text.h"
#include "promotions/base/clock.h"
#include "promotions/domain/record_problem.h"
#include "promotions/domain/sha256.h"

namespace promotions {

struct RecordReading {
  Json json;  // null if it could not be read
  RecordProblems problems;
};

// Does the member `version` say which form the record has?
enum class RecordVersion { two, none };
// What every record must be, whatever it is of: an object in its canonical text (RFC 8785), with at
// most one line end after it, whose strings are in NFC. One of version 1 is refused as such.
RecordReading read_record(std::string_view text, RecordVersion version = RecordVersion::two);

// The fields of one object. What is wrong with them is noted, and then they have a default value.
// Borrows what it reads and where it notes.
class RecordFields {
 public:
  RecordFields(const Json* object, std::string path, RecordProblems& problems);

  std::string path(const std::string& name) const;
  bool has(const std::string& name) const;

  // nullptr if it is missing, which is noted.
  const Json* take(const std::string& name);

  void wrong(const std::string& name, const std::string& expected, const Json& found);
  void note(const std::string& name, const std::string& what);

  std::int64_t number(const std::string& name, std::int64_t least,
                      std::int64_t most = kMaxWholeNumber);
  void version();  // 2
  std::string text(const std::string& name);
  std::string text(const std::string& name, const std::string& expected,
                   const std::function<bool(std::string_view)>& is_right);
  Hash hash(const std::string& name);
  Time time(const std::string& name);  // in whole seconds
  std::optional<Time> time_or_null(const std::string& name);
  std::chrono::seconds duration(const std::string& name);  // at most kLongestDelay

  RecordFields object(const std::string& name);
  std::vector<RecordFields> objects(const std::string& name);  // one for each element

  // At the end: nothing else is there.
  void no_others();

 private:
  const std::string* string(const std::string& name, const std::string& expected);

  const Json* object_;  // nullptr: not there, and that was noted
  std::string path_;
  RecordProblems* problems_;
  std::set<std::string> known_;
};

}  // namespace promotions
