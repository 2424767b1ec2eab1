// The form of the list of a campaign's fields.
#include <algorithm>
#include <array>
#include <set>

#include "domain/translated_form.h"
#include "promotions/domain/linked_text.h"

namespace promotions {
namespace {

using Fields = std::optional<std::vector<EntryField>>;

constexpr std::size_t kMaxName = 32;
constexpr std::size_t kMaxLabel = 200;  // characters, as all of these
constexpr std::size_t kMaxHelp = 500;
constexpr std::size_t kMaxConsent = 2000;
constexpr std::size_t kMaxChoices = 300;  // enough for the countries of the world
constexpr int kMaxLength = 4000;          // what `data` can hold

// The kinds of fields that a member means something for; all others refuse it.
enum class Meant { always, texts, numbers, selects, consents };

struct Member {
  std::string_view name;
  Meant meant;
};
constexpr std::array kMembers{Member{"name", Meant::always},      Member{"type", Meant::always},
                              Member{"label", Meant::always},     Member{"help", Meant::always},
                              Member{"required", Meant::always},  Member{"options", Meant::selects},
                              Member{"min", Meant::numbers},      Member{"max", Meant::numbers},
                              Member{"max_length", Meant::texts}, Member{"text", Meant::consents}};

bool is_meant_for(Meant meant, FieldType type) {
  switch (meant) {
    case Meant::always:
      return true;
    case Meant::texts:
      return type == FieldType::text || type == FieldType::long_text;
    case Meant::numbers:
      return type == FieldType::number || type == FieldType::date;
    case Meant::selects:
      return type == FieldType::select;
    case Meant::consents:
      return type == FieldType::consent;
  }
  return false;
}

std::string kinds_of(Meant meant) {
  switch (meant) {
    case Meant::always:
      break;
    case Meant::texts:
      return "text and long_text";
    case Meant::numbers:
      return "number and date";
    case Meant::selects:
      return "select";
    case Meant::consents:
      return "consent";
  }
  return {};
}

bool is_field_name(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kMaxName && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::string field_types() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(FieldType::consent); ++i) {
    names.push_back(to_text(static_cast<FieldType>(i)));
  }
  return list_of_choices(names, "\"");
}

// Whole numbers are shown without a fraction.
OrderedJson shown_number(double number) {
  const auto whole = static_cast<std::int64_t>(number);
  return static_cast<double>(whole) == number ? OrderedJson(whole) : OrderedJson(number);
}

class FieldsForm final : public OptionForm<Fields> {
 public:
  explicit FieldsForm(std::size_t most) : most_(most) {}

  void read(const GivenValue& given, Fields& value) const override {
    if (given.json.is_null()) return value.reset();
    if (!given.json.is_array()) return given.wrong("wrong_type", "must be an array, or null");
    if (given.json.size() > most_) {
      return given.wrong("out_of_range",
                         "must have at most " + std::to_string(most_) + " elements");
    }
    const std::size_t before = given.errors.size();
    std::vector<EntryField> fields;
    std::set<std::string> names;
    for (std::size_t i = 0; i < given.json.size(); ++i) {
      const std::string place = given.field + "[" + std::to_string(i) + "]";
      const GivenValue one{place, given.json[i], given.time_zone, given.templates, given.errors};
      fields.push_back(read_field(one));
      if (!fields.back().name.empty() && !names.insert(fields.back().name).second) {
        one.wrong(".name", "duplicate", "is the name of another field already");
      }
    }
    if (given.errors.size() == before) value = std::move(fields);
  }

  OrderedJson show(const Fields& value) const override {
    if (!value) return nullptr;
    OrderedJson list = OrderedJson::array();
    for (const EntryField& field : *value) list.push_back(show_field(field));
    return list;
  }

  void restore(const OrderedJson& stored, Fields& value) const override {
    value.reset();
    if (stored.is_null()) return;
    value.emplace();
    for (const OrderedJson& json : stored) value->push_back(restored(json));
  }

  std::string takes() const override {
    return "null, or at most " + std::to_string(most_) + R"( of {"name","type","label",…})";
  }
  CommandForm command_form() const override { return {CommandForm::Kind::json_file}; }

 private:
  EntryField read_field(const GivenValue& given) const {
    EntryField field;
    if (!given.json.is_object()) {
      given.wrong("wrong_type", "must be an object of name, type, label and more");
      return field;
    }
    const Json& json = given.json;
    read_name(given, field);
    // Without its type nothing else can be told of a field.
    if (!read_type(given, field)) return field;
    check_members(given, field.type);
    if (json.contains("label")) read_part(given, ".label", json["label"], *label_, field.label);
    if (json.contains("help")) read_part(given, ".help", json["help"], *help_, field.help);
    if (json.contains("required")) {
      read_part(given, ".required", json["required"], *flag_, field.is_required);
    }
    read_choices(given, field);
    read_bounds(given, field);
    read_length(given, field);
    read_consent(given, field);
    return field;
  }

  static void read_name(const GivenValue& given, EntryField& field) {
    const auto found = given.json.find("name");
    if (found == given.json.end()) return given.wrong(".name", "required", "is required");
    const auto* name = found->get_ptr<const std::string*>();
    if (name == nullptr) return given.wrong(".name", "wrong_type", "must be a string");
    if (!is_field_name(*name)) {
      return given.wrong(".name", "invalid",
                         "must begin with a letter a-z and have at most 32 of a-z, 0-9 and _");
    }
    field.name = *name;
  }

  static bool read_type(const GivenValue& given, EntryField& field) {
    const auto found = given.json.find("type");
    if (found == given.json.end()) {
      given.wrong(".type", "required", "is required");
      return false;
    }
    const auto* name = found->get_ptr<const std::string*>();
    const auto type = name == nullptr ? std::nullopt : parse_field_type(*name);
    if (!type) {
      given.wrong(".type", name == nullptr ? "wrong_type" : "out_of_range",
                  "must be " + field_types());
      return false;
    }
    field.type = *type;
    return true;
  }

  static void check_members(const GivenValue& given, FieldType type) {
    for (const auto& [name, json] : given.json.items()) {
      const auto member =
          std::find_if(kMembers.begin(), kMembers.end(),
                       [&, &own = name](const Member& one) { return one.name == own; });
      if (member == kMembers.end()) {
        given.wrong("." + name, "unknown_field", "is no member of a field");
      } else if (!is_meant_for(member->meant, type)) {
        given.wrong("." + name, "invalid",
                    "means nothing for the type " + std::string(to_text(type)) + ", only for " +
                        kinds_of(member->meant) + "; leave it out");
      }
    }
    // What a consent says is its text; a label beside it is for lists and mails.
    if (type != FieldType::consent && !given.json.contains("label")) {
      given.wrong(".label", "required", "is required");
    }
  }

  void read_choices(const GivenValue& given, EntryField& field) const {
    if (field.type != FieldType::select) return;
    const auto found = given.json.find("options");
    if (found == given.json.end()) {
      return given.wrong(".options", "required", "is required for a select");
    }
    if (!found->is_array()) return given.wrong(".options", "wrong_type", "must be an array");
    if (found->empty() || found->size() > kMaxChoices) {
      return given.wrong(".options", "out_of_range",
                         "must have 1 to " + std::to_string(kMaxChoices) + " elements");
    }
    std::set<std::string> known;
    for (std::size_t i = 0; i < found->size(); ++i) {
      const std::string place = ".options[" + std::to_string(i) + "]";
      FieldChoice choice = read_choice(given, place, (*found)[i]);
      if (!choice.value.empty() && !known.insert(choice.value).second) {
        given.wrong(place, "duplicate", "is in the list already");
      }
      field.choices.push_back(std::move(choice));
    }
  }

  // "Red", or {"value": "red", "label": {"es": "Rojo", "en": "Red"}}.
  FieldChoice read_choice(const GivenValue& given, const std::string& place,
                          const Json& json) const {
    FieldChoice choice;
    if (!json.is_object()) {
      if (!json.is_string()) {
        given.wrong(place, "wrong_type", "must be a string, or an object of value and label");
        return choice;
      }
      read_part(given, place, json, *choice_value_, choice.value);
      choice.label = {choice.value};
      return choice;
    }
    for (const char* needed : {"value", "label"}) {
      if (!json.contains(needed)) given.wrong(place + "." + needed, "required", "is required");
    }
    for (const auto& [name, value] : json.items()) {
      if (name == "value") {
        read_part(given, place + ".value", value, *choice_value_, choice.value);
      } else if (name == "label") {
        read_part(given, place + ".label", value, *label_, choice.label);
      } else {
        given.wrong(std::string(place).append(".").append(name), "unknown_field",
                    "must be value or label");
      }
    }
    return choice;
  }

  static void read_bounds(const GivenValue& given, EntryField& field) {
    if (!is_meant_for(Meant::numbers, field.type)) return;
    field.min = read_bound(given, "min", field.type);
    field.max = read_bound(given, "max", field.type);
    if (field.min && field.max && *field.max < *field.min) {
      given.wrong(".max", "out_of_range", "must not be below min");
    }
  }

  static std::optional<double> read_bound(const GivenValue& given, const std::string& name,
                                          FieldType type) {
    const auto found = given.json.find(name);
    if (found == given.json.end() || found->is_null()) return std::nullopt;
    if (type == FieldType::number) {
      if (found->is_number()) return found->get<double>();
      given.wrong("." + name, "wrong_type", "must be a number");
      return std::nullopt;
    }
    const auto* text = found->get_ptr<const std::string*>();
    const auto date = text == nullptr ? std::nullopt : parse_date(*text);
    if (!date) {
      given.wrong("." + name, text == nullptr ? "wrong_type" : "invalid",
                  "must be a date, as 2026-12-24");
    }
    return date;
  }

  void read_length(const GivenValue& given, EntryField& field) const {
    const auto found = given.json.find("max_length");
    if (found == given.json.end() || found->is_null()) return;
    if (!is_meant_for(Meant::texts, field.type)) return;
    int length = 0;
    read_part(given, ".max_length", *found, *length_, length);
    field.max_length = length;
  }

  void read_consent(const GivenValue& given, EntryField& field) const {
    if (field.type != FieldType::consent) return;
    const auto found = given.json.find("text");
    if (found == given.json.end()) {
      return given.wrong(".text", "required", "is required for a consent: what is agreed to");
    }
    read_part(given, ".text", *found, *consent_, field.text);
    const auto check_links = [&](const std::string& place, const std::string& text) {
      const std::string target = wrong_link_in(text);
      if (target.empty()) return;
      given.wrong(place, "invalid",
                  "has a link to " + target + "; links must be of the form [words](https://…)");
    };
    check_links(".text", field.text.plain);
    for (const auto& [language, text] : field.text.by_language) {
      check_links(".text." + language, text);
    }
  }

  OrderedJson show_field(const EntryField& field) const {
    OrderedJson json{{"name", field.name}, {"type", to_text(field.type)}};
    if (!field.label.empty()) json["label"] = label_->show(field.label);
    if (!field.help.empty()) json["help"] = help_->show(field.help);
    json["required"] = field.is_required;
    for (const FieldChoice& choice : field.choices) {
      json["options"].push_back(
          OrderedJson{{"value", choice.value}, {"label", label_->show(choice.label)}});
    }
    const auto show_bound = [&](const char* name, const std::optional<double>& bound) {
      if (!bound) return;
      json[name] =
          field.type == FieldType::date ? OrderedJson(to_date_text(*bound)) : shown_number(*bound);
    };
    show_bound("min", field.min);
    show_bound("max", field.max);
    if (field.max_length) json["max_length"] = *field.max_length;
    if (!field.text.empty()) json["text"] = consent_->show(field.text);
    return json;
  }

  EntryField restored(const OrderedJson& json) const {
    EntryField field;
    json.at("name").get_to(field.name);
    field.type = parse_field_type(json.at("type").get<std::string>()).value();
    json.at("required").get_to(field.is_required);
    const auto text = [&](const char* name, TranslatedText& value) {
      if (json.contains(name)) label_->restore(json.at(name), value);
    };
    text("label", field.label);
    text("help", field.help);
    text("text", field.text);
    if (json.contains("options")) {
      for (const OrderedJson& option : json.at("options")) {
        FieldChoice choice{option.at("value").get<std::string>(), {}};
        label_->restore(option.at("label"), choice.label);
        field.choices.push_back(std::move(choice));
      }
    }
    const auto bound = [&](const char* name) -> std::optional<double> {
      if (!json.contains(name)) return std::nullopt;
      const OrderedJson& value = json.at(name);
      return value.is_string() ? parse_date(value.get<std::string>()) : value.get<double>();
    };
    field.min = bound("min");
    field.max = bound("max");
    if (json.contains("max_length")) field.max_length = json.at("max_length").get<int>();
    return field;
  }

  const std::size_t most_;
  const Form<bool> flag_ = flag_form();
  const Form<int> length_ = count_form(1, kMaxLength);
  const Form<std::string> choice_value_ = phrase_form(1, kMaxLabel);
  const Form<TranslatedText> label_ = translated_form(phrase_form(1, kMaxLabel));
  const Form<TranslatedText> help_ = translated_form(phrase_form(1, kMaxHelp));
  const Form<TranslatedText> consent_ = translated_form(passage_form(1, kMaxConsent));
};

}  // namespace

Form<Fields> fields_form(std::size_t most) {
  return std::make_unique<FieldsForm>(most);
}

}  // namespace promotions
