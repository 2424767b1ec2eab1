// Printing results: tables for people, JSON for programs. Private to cli.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"

namespace promotions {

struct Column {
  std::string title;
  std::string field;  // of each row; "subscribers.verified" goes inside
};

void print_json(const OrderedJson& json);

// What a command did: one sentence for people, `json` for programs.
void print_done(bool wants_json, const OrderedJson& json, const std::string& sentence);

// Columns as wide as they need; "(none)" if there are no rows. Addresses are in their own script,
// here and in a record; print_json() prints them as they are stored.
void print_table(const OrderedJson& rows, const std::vector<Column>& columns);

// One "field  value" a line; of a field inside of another, "subscribers.verified  3".
void print_record(const OrderedJson& record);

// Shows that something is under way, on a terminal only; nothing in a pipe.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();  // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void tick();

 private:
  const std::string what_;
  const bool visible_;
  int ticks_ = 0;
};

}  // namespace promotions
