// What a sign-up says besides its address, checked by the fields of its campaign.
#include "promotions/domain/entry_field.h"

#include "support/catch.h"

using namespace promotions;

namespace {

struct Entry {
  Json data;
  std::vector<std::string> errors;  // "data.age out_of_range"
};

Entry read(const std::vector<EntryField>& fields, const Json& given,
           DataForm form = DataForm::json) {
  Entry entry;
  for (const FieldError& error : read_entry_data(fields, given, form, entry.data)) {
    entry.errors.push_back(error.field + " " + error.code);
  }
  return entry;
}

EntryField field(FieldType type) {
  return {.name = "x", .type = type, .label = {"X"}};
}

// What becomes of one value: its JSON, or the code of what is wrong with it.
std::string read_one(const EntryField& field, const Json& given, DataForm form = DataForm::json) {
  const Entry entry = read({field}, Json{{"x", given}}, form);
  if (!entry.errors.empty()) return entry.errors.front().substr(entry.errors.front().find(' ') + 1);
  return entry.data.contains("x") ? entry.data["x"].dump() : "nothing";
}

std::string typed(const EntryField& field, const char* given) {
  return read_one(field, given, DataForm::form);
}

}  // namespace

TEST_CASE("entry fields: every name, value and lack is judged, in the order of the form",
          "[domain]") {
  EntryField needed = field(FieldType::text);
  needed.name = "needed";
  needed.is_required = true;
  const Entry entry = read({needed, field(FieldType::number)}, {{"x", "7"}, {"y", 1}});
  CHECK(entry.errors == std::vector<std::string>{"data.needed required", "data.x wrong_type",
                                                 "data.y unknown_field"});
  CHECK(read({}, {{"y", 1}}).errors == std::vector<std::string>{"data.y unknown_field"});
  CHECK(read({}, Json::object()).errors.empty());
}

TEST_CASE("entry fields: a text is trimmed, in normal form, and one line", "[domain]") {
  EntryField text = field(FieldType::text);
  CHECK(read_one(text, "  Ana\u00a0 ") == "\"Ana\"");
  CHECK(read_one(text, "e\u0301") == "\"\u00e9\"");
  CHECK(read_one(text, "a\nb") == "not_one_line");
  CHECK(read_one(text, "\x01") == "not_one_line");
  CHECK(read_one(text, " \u200b ") == "nothing");
  CHECK(read_one(text, 7) == "wrong_type");
  CHECK(read_one(text, std::string(200, 'a')) == "\"" + std::string(200, 'a') + "\"");
  CHECK(read_one(text, std::string(201, 'a')) == "too_long");
  text.max_length = 2;
  CHECK(read_one(text, "\U0001F381\u00e9") == "\"\U0001F381\u00e9\"");  // characters, not bytes
  CHECK(read_one(text, "abc") == "too_long");
}

TEST_CASE("entry fields: a long text keeps its lines, whose ends become one character",
          "[domain]") {
  EntryField text = field(FieldType::long_text);
  text.max_length = 3;
  CHECK(typed(text, "a\r\nb\r\n") == "\"a\\nb\"");
  CHECK(typed(text, "a\nbc") == "too_long");
  CHECK(typed(text, "\x07") == "not_one_line");
}

TEST_CASE("entry fields: a number is one in JSON, and what people type in a form", "[domain]") {
  EntryField number = field(FieldType::number);
  CHECK(read_one(number, 7) == "7");
  CHECK(read_one(number, 7.5) == "7.5");
  CHECK(read_one(number, "7") == "wrong_type");
  CHECK(typed(number, " 7 ") == "7");
  CHECK(typed(number, "+7") == "7");
  CHECK(typed(number, "1,5") == "1.5");
  CHECK(typed(number, "-0.25") == "-0.25");
  for (const char* bad : {"1e3", "0x10", "7 apples", "--7", "1.2.3", "nan", "inf", "+-7", "+"}) {
    INFO(bad);
    CHECK(typed(number, bad) == "invalid");
  }
  CHECK(typed(number, "") == "nothing");
  number.min = 1;
  number.max = 10;
  CHECK(read_one(number, 0) == "out_of_range");
  CHECK(read_one(number, 1) == "1");
  CHECK(read_one(number, 10) == "10");
  CHECK(typed(number, "10.001") == "out_of_range");
  Json data;
  CHECK(read_entry_data({number}, {{"x", 11}}, DataForm::json, data).front().detail ==
        "must be 1 to 10");
}

TEST_CASE("entry fields: a date is one of the calendar", "[domain]") {
  EntryField date = field(FieldType::date);
  CHECK(read_one(date, "2024-02-29") == "\"2024-02-29\"");
  for (const char* bad : {"2023-02-29", "2026-13-01", "2026-1-1", "01/02/2026", "2026-00-10",
                          "2026-01-01T00:00:00Z", "+026-01-01", "2026-+1-01"}) {
    INFO(bad);
    CHECK(read_one(date, bad) == "invalid");
  }
  date.min = parse_date("2026-01-01");
  date.max = parse_date("2026-12-31");
  CHECK(read_one(date, "2025-12-31") == "out_of_range");
  CHECK(read_one(date, "2026-12-31") == "\"2026-12-31\"");
  CHECK(to_date_text(*parse_date("1969-12-31")) == "1969-12-31");
}

TEST_CASE("entry fields: a telephone number is written as people do", "[domain]") {
  const EntryField tel = field(FieldType::tel);
  for (const char* good : {"600123456", "+34 600 12 34 56", "(030) 123-45/67", "0049.30.123"}) {
    INFO(good);
    CHECK(typed(tel, good) == "\"" + std::string(good) + "\"");
  }
  for (const char* bad : {"1234", "123456789012345678901", "600-CALL-NOW", "34+600123456",
                          "\u0661\u0662\u0663\u0664\u0665"}) {
    INFO(bad);
    CHECK(typed(tel, bad) == "invalid");
  }
}

TEST_CASE("entry fields: a choice is one of those there are", "[domain]") {
  EntryField select = field(FieldType::select);
  select.choices = {{"s", {"Small"}}, {"l", {"Large"}}};
  CHECK(read_one(select, "s") == "\"s\"");
  CHECK(read_one(select, "Small") == "not_a_choice");
  CHECK(read_one(select, "") == "nothing");
  select.is_required = true;
  CHECK(typed(select, "") == "required");
}

TEST_CASE("entry fields: a tick is true or false, and a required one is true", "[domain]") {
  EntryField box = field(FieldType::checkbox);
  CHECK(read_one(box, true) == "true");
  CHECK(read_one(box, false) == "false");
  CHECK(read_one(box, "on") == "wrong_type");
  CHECK(read_one(box, 1) == "wrong_type");
  CHECK(typed(box, "on") == "true");
  CHECK(typed(box, "TRUE") == "true");
  CHECK(typed(box, "0") == "false");
  CHECK(typed(box, "perhaps") == "wrong_type");
  for (const FieldType type : {FieldType::checkbox, FieldType::consent}) {
    EntryField needed = field(type);
    needed.is_required = true;
    CHECK(read_one(needed, true) == "true");
    CHECK(read_one(needed, false) == "required");
    CHECK(read({needed}, Json::object(), DataForm::form).errors ==
          std::vector<std::string>{"data.x required"});
  }
}

TEST_CASE("entry fields: a value that comes twice is refused, and said so", "[domain]") {
  Json data;
  const FieldErrors errors =
      read_entry_data({field(FieldType::text)}, {{"x", {"a", "b"}}}, DataForm::form, data);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "wrong_type");
  CHECK(errors[0].detail == "is given more than once; give one");
}
