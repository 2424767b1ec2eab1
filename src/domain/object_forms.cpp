#include <algorithm>
#include <array>

#include "domain/option_forms.h"
#include "promotions/base/unicode.h"

namespace promotions {
namespace {

class BeaconForm final : public OptionForm<Beacon> {
 public:
  void read(const GivenValue& given, Beacon& value) const override {
    const BeaconReading reading = parse_beacon_choice(given.json);
    if (const auto* problem = std::get_if<BeaconProblem>(&reading)) {
      return given.wrong(problem->field.empty() ? "" : "." + problem->field, "invalid",
                         problem->is_mismatch ? "is wrong: " + problem->what : problem->what);
    }
    value = std::get<Beacon>(reading);
  }
  OrderedJson show(const Beacon& value) const override { return to_json(value); }
  void restore(const OrderedJson& stored, Beacon& value) const override {
    value = std::get<Beacon>(parse_beacon(Json(stored)));
  }
  std::string takes() const override { return "none, drand or public"; }
  CommandForm command_form() const override {
    CommandForm form{CommandForm::Kind::members};
    // The kind follows from what only one kind has.
    form.members = {
        {"kind", "", ""},
        {"source", "What everybody can look up, in words; of a public one", "public"},
        {"format", "How its value is written: 9 is a digit, A a capital letter; of a public one",
         "public"},
        {"known_from", "When its event happens, in RFC 3339; of a public one", "public"},
        {"chain", "The hash of the chain; of drand", "drand"}};
    return form;
  }
};

struct TemplatePart {
  std::string_view name;
  std::optional<std::string> MailTemplate::*text;
};

constexpr std::array kTemplateParts{TemplatePart{"subject", &MailTemplate::subject},
                                    TemplatePart{"text", &MailTemplate::text},
                                    TemplatePart{"html", &MailTemplate::html}};

const TemplatePart* find_template_part(std::string_view name) {
  const auto* part = std::find_if(kTemplateParts.begin(), kTemplateParts.end(),
                                  [&](const TemplatePart& one) { return one.name == name; });
  return part == kTemplateParts.end() ? nullptr : part;
}

void check_template_part(const GivenValue& given, const std::string& kind, const std::string& part,
                         const Json& value) {
  const std::string place = std::string(".").append(kind).append(".").append(part);
  if (find_template_part(part) == nullptr) {
    given.wrong(place, "unknown_field", "must be subject, text or html");
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (const auto fault = given.templates.fault_of(kind, text)) {
      given.wrong(place, fault->code,
                  (fault->code == "invalid" ? "is not a template: " : "") + fault->detail);
    } else if (part == "subject" && !is_one_line(text)) {
      given.wrong(place, "invalid", "must be one line, without control characters");
    }
  } else if (!value.is_null()) {
    given.wrong(place, "wrong_type", "must be a string or null");
  }
}

// An object of mail kinds, each an object of parts. null removes a part, a kind or everything.
class TemplatesForm final : public OptionForm<MailTemplates> {
 public:
  void read(const GivenValue& given, MailTemplates& value) const override {
    const std::size_t before = given.errors.size();
    check(given);
    if (given.errors.size() == before) merge(given.json, value);
  }
  void change(const Json& given, const MailTemplates& /*read*/,
              MailTemplates& stored) const override {
    merge(given, stored);
  }
  OrderedJson show(const MailTemplates& value) const override {
    OrderedJson json = OrderedJson::object();
    for (const auto& [kind, parts] : value) {
      OrderedJson& entry = json[kind] = OrderedJson::object();
      for (const TemplatePart& part : kTemplateParts) {
        if (const auto& text = parts.*part.text) entry[std::string(part.name)] = *text;
      }
    }
    return json;
  }
  // Parts that only a newer program knows are ignored.
  void restore(const OrderedJson& stored, MailTemplates& value) const override {
    value.clear();
    for (const auto& [kind, parts] : stored.items()) {
      MailTemplate& entry = value[kind];
      for (const TemplatePart& part : kTemplateParts) {
        const auto found = parts.find(part.name);
        if (found != parts.end()) entry.*part.text = found->get<std::string>();
      }
    }
  }
  std::string takes() const override { return "an object of mails by their kind, or null"; }
  CommandForm command_form() const override { return {CommandForm::Kind::json_changes}; }

 private:
  static void check(const GivenValue& given) {
    if (given.json.is_null()) return;
    if (!given.json.is_object()) return given.wrong("wrong_type", "must be an object or null");
    for (const auto& [kind, parts] : given.json.items()) {
      if (!given.templates.is_mail_kind(kind)) {
        given.wrong("." + kind, "unknown_field", "is not a kind of mail");
      } else if (parts.is_object()) {
        for (const auto& [part, text] : parts.items()) {
          check_template_part(given, kind, part, text);
        }
      } else if (!parts.is_null()) {
        given.wrong("." + kind, "wrong_type", "must be an object or null");
      }
    }
  }

  // Applies `given`, which has been checked: a text replaces its part; null removes the part, the
  // kind or everything. Compiles no template, because it runs inside the database write.
  static void merge(const Json& given, MailTemplates& templates) {
    if (given.is_null()) return templates.clear();
    for (const auto& [kind, parts] : given.items()) {
      if (parts.is_null()) {
        templates.erase(kind);
        continue;
      }
      MailTemplate& entry = templates[kind];
      for (const auto& [name, text] : parts.items()) {
        std::optional<std::string>& part = entry.*find_template_part(name)->text;
        part = text.is_null() ? std::nullopt : std::optional(text.get<std::string>());
      }
      if (entry == MailTemplate{}) templates.erase(kind);
    }
  }
};

}  // namespace

Form<Beacon> beacon_form() {
  return std::make_unique<BeaconForm>();
}

Form<MailTemplates> templates_form() {
  return std::make_unique<TemplatesForm>();
}

}  // namespace promotions
