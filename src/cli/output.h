// Prints results: tables for people, JSON for programs. Private to cli.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"

namespace promotions {

struct Column {
  std::string title;
  std::string field;  // of each row; "subscribers.verified" is a field inside of an object
};

void print_json(const OrderedJson& json);

// Says what a command has done: one sentence for people, `json` for programs.
void print_done(bool wants_json, const OrderedJson& json, const std::string& sentence);

// Prints columns as wide as they need to be; "(none)" if there are no rows. Addresses are shown in
// their own script, here and in a record; print_json() prints them as they are stored.
void print_table(const OrderedJson& rows, const std::vector<Column>& columns);

// Prints one "field  value" on each line. A field inside of an object is "subscribers.verified  3".
void print_record(const OrderedJson& record);

// Shows on stderr that something is under way, if that is a terminal.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();  // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void tick();  // draws the next frame

 private:
  const std::string what_;
  const bool visible_;
  int ticks_ = 0;
};

}  // namespace promotions
