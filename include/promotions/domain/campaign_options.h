// The table of a campaign's options: the one place that says what an organiser can decide. JSON in
// and out, PATCH, the flags of the command line, the stored form and what is fixed when all walk
// it, and a test holds the table in docs/api.md against it. A new option is a member of
// CampaignSettings, a row of this table, its use, and its line in docs/api.md.
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

// From when on an option keeps its value.
enum class Fixed {
  never,
  once_stopped,  // with the stop of the list: the draw rests on it
  once_open,     // as soon as anybody can have entered: people enter in view of it
};

// What this module does not know of templates, from where they are at home. Both functions are
// called with texts of any kind, on any thread.
struct MailTemplateRules {
  struct Fault {
    std::string code;  // as in FieldError
    std::string detail;
  };
  bool (*is_mail_kind)(std::string_view kind) = nullptr;
  std::optional<Fault> (*fault_of)(std::string_view kind, std::string_view source) = nullptr;
};

// A value that somebody sent, and what reading it depends on. All of it is borrowed.
struct GivenValue {
  const std::string& field;  // "winners"
  const Json& json;
  const std::string& time_zone;  // of local times
  const MailTemplateRules& templates;
  FieldErrors& errors;

  void wrong(std::string code, std::string detail) const;
  // The same for something inside of the value: "[3]", ".source".
  void wrong(const std::string& inside, std::string code, std::string detail) const;
};

// One member of an object, where the command line has a flag for each.
struct CommandMember {
  std::string member;  // the first one is the object's kind, and its flag is the option's
  std::string help;
  std::string implied_kind{};  // if this member is given and the kind is not
};

// How a value is written on a command line.
struct CommandForm {
  enum class Kind {
    text,          // --name TEXT
    text_or_null,  // the same, where "null" is null
    number,        // --winners NUMBER, `least` to `most`
    flags,         // --notify-not-drawn and --no-notify-not-drawn
    list,          // --witness TEXT, once for each; "null" alone is the empty list
    json_file,     // --templates FILE
    members,       // --beacon TEXT, --beacon-source TEXT, …
  };
  Kind kind = Kind::text;
  int least = 0;
  int most = 0;
  std::vector<CommandMember> members{};
};

// How the value of one option is read, shown, stored and compared. Immutable and so thread-safe.
class OptionValue {
 public:
  virtual ~OptionValue() = default;

  // Sets the value, or notes all that is wrong with it and leaves the settings alone.
  virtual void read(const GivenValue& given, CampaignSettings& settings) const = 0;

  // Makes a change to what is stored: `given` was read into `read`. Quick, for it is a part of the
  // write: nothing is checked or parsed.
  virtual void change(const Json& given, const CampaignSettings& read,
                      CampaignSettings& stored) const = 0;

  virtual OrderedJson show(const CampaignSettings& settings) const = 0;  // as read() takes it
  // As it is stored, see stored_settings.h. restore() checks nothing but whether it can be such a
  // value, and throws any std::exception if not.
  virtual OrderedJson store(const CampaignSettings& settings) const = 0;
  virtual void restore(const OrderedJson& stored, CampaignSettings& settings) const = 0;

  virtual bool is_same(const CampaignSettings& one, const CampaignSettings& other) const = 0;

  // What it may be, for people: "1 to 1000".
  virtual std::string takes() const = 0;

  virtual CommandForm command_form() const = 0;
};

struct CampaignOption {
  std::string name;  // in JSON, and that of the member of CampaignSettings
  std::shared_ptr<const OptionValue> value;
  std::string help;  // what it is, in one phrase
  Fixed fixed = Fixed::never;
  bool is_required = false;     // of a new campaign
  std::string configured_by{};  // the key of the configuration that has a new campaign's value
  std::string flag{};           // of the command line; empty: as the name

  // "--time-zone"
  std::string flag_name() const;
  // What a new campaign has that says nothing, for people; empty if there is nothing to be said.
  std::string default_text() const;
};

// In the order in which a campaign shows them.
const std::vector<CampaignOption>& campaign_options();

const CampaignOption* find_campaign_option(std::string_view name);

// Reads the options among the members of `given` into `settings`, and notes what is wrong in the
// order of their names. `otherwise` is called with the name of each member that is no option.
void read_options(const Json& given, const MailTemplateRules& templates, CampaignSettings& settings,
                  FieldErrors& errors,
                  const std::function<void(const std::string& name)>& otherwise);

// Applies to `stored` what `given` names, and which was read into `read`. Quick.
void change_options(const Json& given, const CampaignSettings& read, CampaignSettings& stored);

// Notes what makes no sense together, though each option may be what it is.
void check_together(const CampaignSettings& settings, FieldErrors& errors);

// Do both agree in all options that are fixed then?
bool agree_in(Fixed fixed, const CampaignSettings& one, const CampaignSettings& other);

// "aliases and beacon"
std::string names_of(Fixed fixed);

}  // namespace promotions
