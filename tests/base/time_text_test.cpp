#include "promotions/base/time_text.h"

#include "support/catch.h"

using namespace promotions;
using namespace std::chrono_literals;

TEST_CASE("RFC 3339: offsets and fractions are read, UTC is written", "[base]") {
  const Time time = parse_rfc3339("2026-11-24T04:04:05.1239+01:00").value();
  CHECK(to_rfc3339(time) == "2026-11-24T03:04:05.123Z");
  CHECK(to_rfc3339(parse_rfc3339("2024-02-29T23:59:60Z").value()) == "2024-03-01T00:00:00Z");
  CHECK(to_rfc5322(time) == "Tue, 24 Nov 2026 03:04:05 +0000");
}

TEST_CASE("RFC 3339: what is not a time is refused", "[base]") {
  for (const char* bad :
       {"", "2026-11-24", "2026-11-24T03:04:05", "2026-02-30T00:00:00Z", "2026-11-24T24:00:00Z",
        "2026-11-24T03:04Z", "2026-11-24T03:04:05.Z", "2026-11-24T03:04:05+0100",
        "2026-11-24T03:04:05Z ", "2026-1-24T03:04:05Z", "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:59:60Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
        "0000-01-01T00:00:00Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_rfc3339(bad));
  }
}

TEST_CASE("RFC 3339: the first and the last instant are of 1970 and 9999", "[base]") {
  CHECK(to_rfc3339(parse_rfc3339("1970-01-01T00:00:00Z").value()) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339(parse_rfc3339("9999-12-31T23:59:59.999Z").value()) ==
        "9999-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(parse_rfc3339("1969-12-31T23:00:00-01:00").value()) == "1970-01-01T00:00:00Z");
}

namespace {

using Outcome = TimeReading::Outcome;

std::string read_in(const char* zone, const std::string& text) {
  const TimeReading reading = read_time_text(text, zone);
  return reading.outcome == Outcome::read ? to_rfc3339(reading.time) : "";
}

Outcome outcome_in(const char* zone, const char* text) {
  return read_time_text(text, zone).outcome;
}

}  // namespace

TEST_CASE("written times: without an offset they are of the zone", "[base]") {
  CHECK(read_in("Europe/Madrid", "2026-12-01 10:00") == "2026-12-01T09:00:00Z");
  CHECK(read_in("Europe/Madrid", "2026-07-01T10:00") == "2026-07-01T08:00:00Z");
  CHECK(read_in("Europe/Madrid", "2026-07-01T10:00:30.25") == "2026-07-01T08:00:30.250Z");
  CHECK(read_in("America/Bogota", "2026-12-01 10:00:00") == "2026-12-01T15:00:00Z");
  CHECK(read_in("Asia/Kathmandu", "2026-12-01 10:00") == "2026-12-01T04:15:00Z");
  CHECK(read_in("UTC", "2026-12-01 10:00") == "2026-12-01T10:00:00Z");
  CHECK(read_in("Europe/Madrid", "2026-12-01T10:00:00Z") == "2026-12-01T10:00:00Z");
  CHECK(read_in("Europe/Madrid", "2026-12-01 10:00:00-05:00") == "2026-12-01T15:00:00Z");
  for (const char* bad : {"", "2026-12-01", "2026-12-01T10", "2026-12-01T10:00Z", "10:00",
                          "2026-12-01T24:00", "2026-02-29 10:00", "2026-12-01  10:00",
                          "2026-12-01 10:00 ", "2026-12-01 10:00:", "1 December 2026"}) {
    CAPTURE(bad);
    CHECK(outcome_in("Europe/Madrid", bad) == Outcome::not_a_time);
  }
  CHECK(outcome_in("America/Bogota", "9999-12-31 23:00") == Outcome::out_of_range);
  CHECK(outcome_in("Europe/Madrid", "1970-01-01 00:30") == Outcome::out_of_range);
  CHECK(outcome_in("UTC", "9999-12-31T23:59:59-23:59") == Outcome::out_of_range);
}

TEST_CASE("written times: one that the clock skips or repeats comes with what may be meant",
          "[base]") {
  const TimeReading skipped = read_time_text("2027-03-28 02:30", "Europe/Madrid");
  CHECK(skipped.outcome == Outcome::skipped);
  CHECK(skipped.choices[0] == "2027-03-28T01:30:00+01:00");
  CHECK(skipped.choices[1] == "2027-03-28T03:30:00+02:00");
  const TimeReading repeated = read_time_text("2026-10-25T02:30:00", "Europe/Madrid");
  CHECK(repeated.outcome == Outcome::repeated);
  CHECK(repeated.choices[0] == "2026-10-25T02:30:00+02:00");
  CHECK(repeated.choices[1] == "2026-10-25T02:30:00+01:00");
  for (const TimeReading& reading : {skipped, repeated}) {
    CHECK(parse_rfc3339(reading.choices[0]).value() < parse_rfc3339(reading.choices[1]).value());
  }
  // Half an hour, in the south; and a whole day that an island left out.
  CHECK(outcome_in("Australia/Lord_Howe", "2026-10-04 02:15") == Outcome::skipped);
  CHECK(outcome_in("Australia/Lord_Howe", "2026-04-05 01:45") == Outcome::repeated);
  CHECK(outcome_in("Pacific/Apia", "2011-12-30 12:00") == Outcome::skipped);
  CHECK(outcome_in("America/New_York", "2026-03-08 02:00") == Outcome::skipped);
  CHECK(outcome_in("America/New_York", "2026-03-08 03:00") == Outcome::read);
  CHECK(outcome_in("America/New_York", "2026-11-01 01:59") == Outcome::repeated);
  CHECK(outcome_in("America/New_York", "2026-11-01 02:00") == Outcome::read);
}

TEST_CASE("written times: summer does not end with the zone's file", "[base]") {
  for (const char* year : {"2036", "2037", "2038", "2040", "2099", "2100", "9998"}) {
    CAPTURE(year);
    const auto at = [&](const char* rest) { return year + std::string(rest); };
    CHECK(read_in("Europe/Madrid", at("-07-01 12:00")) == at("-07-01T10:00:00Z"));
    CHECK(read_in("Europe/Madrid", at("-12-01 12:00")) == at("-12-01T11:00:00Z"));
    CHECK(read_in("America/New_York", at("-07-01 12:00")) == at("-07-01T16:00:00Z"));
    CHECK(read_in("Australia/Sydney", at("-01-01 12:00")) == at("-01-01T01:00:00Z"));
    CHECK(read_in("Australia/Sydney", at("-07-01 12:00")) == at("-07-01T02:00:00Z"));
    CHECK(read_in("Europe/Dublin", at("-07-01 12:00")) == at("-07-01T11:00:00Z"));
    CHECK(read_in("America/Bogota", at("-07-01 12:00")) == at("-07-01T17:00:00Z"));
    CHECK(read_clock(parse_rfc3339(at("-07-01T10:00:00Z")).value(), "Europe/Madrid").hour == 12);
  }
  // The last Sundays of March and October of 2040 are the 25th and the 28th.
  const TimeReading skipped = read_time_text("2040-03-25 02:30", "Europe/Madrid");
  CHECK(skipped.outcome == Outcome::skipped);
  CHECK(skipped.choices[0] == "2040-03-25T01:30:00+01:00");
  CHECK(skipped.choices[1] == "2040-03-25T03:30:00+02:00");
  const TimeReading repeated = read_time_text("2040-10-28T02:30:00", "Europe/Madrid");
  CHECK(repeated.outcome == Outcome::repeated);
  CHECK(repeated.choices[0] == "2040-10-28T02:30:00+02:00");
  CHECK(repeated.choices[1] == "2040-10-28T02:30:00+01:00");
  CHECK(read_clock(parse_rfc3339("2040-10-28T00:30:00Z").value(), "Europe/Madrid").which == "CEST");
  CHECK(read_time_text("2040-03-25 01:30", "Europe/Dublin").outcome == Outcome::skipped);
  CHECK(read_time_text("2040-10-28 01:30", "Europe/Dublin").outcome == Outcome::repeated);
}

TEST_CASE("clock reading: the night the clock goes back, it tells the hours apart", "[base]") {
  const auto which = [](const char* time, const char* zone) {
    return read_clock(parse_rfc3339(time).value(), zone).which;
  };
  CHECK(which("2026-10-25T00:30:00Z", "Europe/Madrid") == "CEST");
  CHECK(which("2026-10-25T01:30:00Z", "Europe/Madrid") == "CET");
  CHECK(which("2026-10-25T02:30:00Z", "Europe/Madrid").empty());
  CHECK(which("2026-10-24T23:59:59Z", "Europe/Madrid").empty());
  CHECK(which("2026-04-04T14:45:00Z", "Australia/Lord_Howe") == "+11");
  CHECK(which("2026-04-04T15:15:00Z", "Australia/Lord_Howe") == "+1030");
}

TEST_CASE("time zones: those of the database, and no other file beside it", "[base]") {
  for (const char* zone : {"UTC", "Europe/Madrid", "America/Argentina/Buenos_Aires", "Etc/GMT+5",
                           "Europe/Amsterdam"}) {
    CAPTURE(zone);
    CHECK(is_time_zone(zone));
  }
  for (const char* other :
       {"", "localtime", "posixrules", "Factory", "posix/Europe/Madrid", "right/Europe/Madrid",
        "posix/UTC", "right/UTC", "tzdata.zi", "zone.tab", "leapseconds", "Europe", "Europe/madrid",
        "CEST", "UTC+1", "+01:00", "Europe/Madrid ", "./Europe/Madrid", "SystemV/EST5"}) {
    CAPTURE(other);
    CHECK_FALSE(is_time_zone(other));
  }
}

TEST_CASE("durations: one number and one unit", "[base]") {
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("48h") == 48h);
  CHECK(parse_duration("30d") == 24h * 30);
  CHECK(to_duration_text(48h) == "2d");
  CHECK(to_duration_text(90s) == "90s");
  CHECK(to_duration_text(0s) == "0s");
  for (const char* bad :
       {"", "10", "s", "-1s", "1.5h", "10 s", "10S", "99999999999999999999d", "1h30m"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("clock reading: what the clock of the zone shows, and UTC where there is none",
          "[base]") {
  const Time summer = parse_rfc3339("2026-07-01T10:05:00Z").value();
  const ClockReading madrid = read_clock(summer, "Europe/Madrid");
  CHECK(madrid.year == 2026);
  CHECK(madrid.month == 7);
  CHECK(madrid.day == 1);
  CHECK(madrid.hour == 12);
  CHECK(madrid.minute == 5);
  CHECK_FALSE(madrid.is_utc);
  for (const char* zone : {"UTC", "Nowhere/Land", "../etc/passwd", ""}) {
    CHECK(read_clock(summer, zone).hour == 10);
    CHECK(read_clock(summer, zone).is_utc);
  }
  CHECK(is_time_zone("America/Bogota"));
  CHECK_FALSE(is_time_zone("../etc/passwd"));
}
