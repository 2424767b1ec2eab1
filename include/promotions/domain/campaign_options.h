// The table of a campaign's options: the only place that lists what an organiser can decide. JSON
// in and out, PATCH, the flags of the command line, the stored form and the check of fixed options
// all walk it, and a test compares the table in docs/api.md with it. To add an option, add a member
// to CampaignSettings, a row to this table, the code that uses it, and its row in docs/api.md.
//
// All functions are thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/field_error.h"

namespace promotions {

// When an option becomes fixed.
enum class Fixed {
  never,
  once_stopped,  // when the list is stopped: the draw depends on it
  once_open,     // as soon as anybody can have signed up: people decide to enter knowing it
  // As soon as anybody can have signed up, if no prizes are listed. Listed prizes decide the value.
  once_open_without_prizes,
};

// Checks of templates, passed in because this module does not know the renderer. Both functions
// must accept any text, on any thread.
struct MailTemplateRules {
  struct Fault {
    std::string code;  // as in FieldError
    std::string detail;
  };
  bool (*is_mail_kind)(std::string_view kind) = nullptr;
  std::optional<Fault> (*fault_of)(std::string_view kind, std::string_view source) = nullptr;
};

// A value that somebody sent, and what is needed to read it. Everything is borrowed.
struct GivenValue {
  const std::string& field;  // "winners"
  const Json& json;
  const std::string& time_zone;  // the zone of local times
  const MailTemplateRules& templates;
  FieldErrors& errors;

  // Notes an error of this field.
  void wrong(std::string code, std::string detail) const;
  // The same for a part of the value: `inside` is "[3]" or ".source".
  void wrong(const std::string& inside, std::string code, std::string detail) const;
};

// A member of an object whose members have a command line flag each.
struct CommandMember {
  std::string member;  // the first one is the object's kind and has the flag of the option itself
  std::string help;
  std::string implied_kind{};  // the kind, if this member is given and the kind is not
};

// How a value is written on the command line.
struct CommandForm {
  enum class Kind {
    text,          // --name TEXT
    text_or_null,  // the same, but "null" means null
    number,        // --winners NUMBER, from `least` to `most`
    flags,         // --notify-not-drawn and --no-notify-not-drawn
    list,          // --witness TEXT, once per element; "null" alone means the empty list
    text_file,     // --rules FILE; "null" means the empty text
    json_file,     // --fields FILE; "null" means null
    json_changes,  // --templates FILE, which names only what changes
    members,       // --beacon TEXT, --beacon-source TEXT, …
  };
  Kind kind = Kind::text;
  int least = 0;
  int most = 0;
  std::vector<CommandMember> members{};
  // For lists whose elements are not plain texts: turns a word of the command line into an element,
  // nullopt if it is none; and says how such a word looks.
  std::optional<OrderedJson> (*element)(const std::string& word) = nullptr;
  std::string element_form{};
};

// Reads, shows, stores and compares the value of one option. Immutable and so thread-safe.
class OptionValue {
 public:
  virtual ~OptionValue() = default;

  // Sets the value; or notes everything that is wrong with it and does not touch the settings.
  virtual void read(const GivenValue& given, CampaignSettings& settings) const = 0;

  // Applies a change to the stored settings. `given` was already checked and read into `read`. This
  // runs inside the database write, so it must be fast: it checks and parses nothing.
  virtual void change(const Json& given, const CampaignSettings& read,
                      CampaignSettings& stored) const = 0;

  virtual OrderedJson show(const CampaignSettings& settings) const = 0;  // in the form of read()
  // The stored form; see stored_settings.h. restore() only checks that the type fits, and throws
  // any std::exception if it does not.
  virtual OrderedJson store(const CampaignSettings& settings) const = 0;
  virtual void restore(const OrderedJson& stored, CampaignSettings& settings) const = 0;

  virtual bool is_same(const CampaignSettings& one, const CampaignSettings& other) const = 0;

  // The allowed values, for people: "1 to 1000".
  virtual std::string takes() const = 0;

  virtual CommandForm command_form() const = 0;
};

struct CampaignOption {
  std::string name;  // the name in JSON, and of the member of CampaignSettings
  std::shared_ptr<const OptionValue> value;
  std::string help;  // what it is, in one phrase
  Fixed fixed = Fixed::never;
  bool is_term = false;         // promised in public; each change makes a new version of the terms
  bool is_required = false;     // a new campaign must give it
  std::string configured_by{};  // the configuration key that has the default of new campaigns
  std::string flag{};           // the command line flag; empty: the name

  // "--time-zone"
  std::string flag_name() const;
  // The default of a new campaign, for people; empty if there is none that is worth showing.
  std::string default_text() const;
};

// In the order in which a campaign shows them.
const std::vector<CampaignOption>& campaign_options();

// Null if there is no option of that name.
const CampaignOption* find_campaign_option(std::string_view name);

// Reads the members of the object `given` that are options into `settings`, and notes errors in the
// order of the names, after those of the time zone. Calls `otherwise` with the name of each member
// that is not an option.
void read_options(const Json& given, const MailTemplateRules& templates, CampaignSettings& settings,
                  FieldErrors& errors,
                  const std::function<void(const std::string& name)>& otherwise);

// Applies the options that `given` names to `stored`. They were checked and read into `read`. Fast,
// because it runs inside the database write. If `given` has prizes but no number of winners, that
// number becomes the sum of the prizes' counts, here and in read_options().
void change_options(const Json& given, const CampaignSettings& read, CampaignSettings& stored);

// Notes combinations that make no sense, although each option alone is valid.
void check_together(const CampaignSettings& settings, FieldErrors& errors);

}  // namespace promotions
