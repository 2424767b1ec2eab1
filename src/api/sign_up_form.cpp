#include "api/sign_up_form.h"

#include <algorithm>

#include "promotions/domain/linked_text.h"

namespace promotions {
namespace {

constexpr char kEmail[] = "email";
constexpr char kAge[] = "age_confirmed";
constexpr char kData[] = "data.";

// What stood in the field, for the attribute `value`. A form's values are strings, but a program
// may have sent others and want to see the page.
std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() || value.is_boolean() ? value.dump() : std::string();
}

std::string number_text(double number) {
  Json shown = number;
  if (const auto whole = static_cast<std::int64_t>(number); static_cast<double>(whole) == number) {
    shown = whole;
  }
  return shown.dump();
}

class FormWriter {
 public:
  FormWriter(const Campaign& campaign, Locale locale, const Json& typed, const FieldErrors& errors)
      : settings_(campaign.settings),
        slug_(campaign.slug),
        own_(Locale::of(settings_.locale)),
        locale_(locale),
        typed_(typed),
        errors_(errors) {}

  Json write() {
    fields_.push_back(email());
    if (settings_.fields) {
      for (const EntryField& field : *settings_.fields) fields_.push_back(own_field(field));
    }
    if (settings_.minimum_age > 0) fields_.push_back(age());
    Json form = {{"slug", slug_},
                 {"locale", locale_.tag()},
                 {"trap", kTrapField},
                 {"summary", summary()},
                 {"needs_work", settings_.captcha == Captcha::required}};
    form["fields"] = std::move(fields_);
    return form;
  }

 private:
  // What all fields have. `name` is that in the body, and that of its errors.
  Json field(const std::string& name, const char* kind, bool is_required) const {
    Json json = {{"name", name}, {"id", "field-" + name}, {kind, true}};
    if (is_required) json["required"] = true;
    if (const FieldError* error = error_of(name)) json["error"] = {{error->code, true}};
    return json;
  }

  Json email() const {
    Json json = field(kEmail, "is_email", true);
    json["value"] = typed_text(typed_, kEmail);
    return json;
  }

  Json age() const {
    Json json = field(kAge, "is_age", true);
    json["minimum_age"] = settings_.minimum_age;
    json["checked"] = is_ticked(typed_, kAge);
    return json;
  }

  Json own_field(const EntryField& own) const {
    Json json = field(kData + own.name, kind_of(own.type), own.is_required);
    json["label"] = own.label.in(locale_, own_);
    json["help"] = own.help.in(locale_, own_);
    const auto found = typed_.find("data");
    const Json data = found != typed_.end() && found->is_object() ? *found : Json::object();
    json["value"] = typed_text(data, own.name);
    switch (own.type) {
      case FieldType::number:
        add_bounds(json, own, number_text);
        break;
      case FieldType::date:
        add_bounds(json, own, to_date_text);
        break;
      case FieldType::select:
        json["options"] = options(own, json["value"]);
        break;
      case FieldType::checkbox:
      case FieldType::consent:
        json["checked"] = is_ticked(data, own.name);
        json["parts"] = parts(own);
        break;
      case FieldType::text:
      case FieldType::long_text:
        json["most"] = own.most_characters();
        break;
      case FieldType::tel:
        break;
    }
    return json;
  }

  static const char* kind_of(FieldType type) {
    switch (type) {
      case FieldType::text:
        return "is_text";
      case FieldType::long_text:
        return "is_long_text";
      case FieldType::number:
        return "is_number";
      case FieldType::date:
        return "is_date";
      case FieldType::tel:
        return "is_tel";
      case FieldType::select:
        return "is_select";
      case FieldType::checkbox:
      case FieldType::consent:
        return "is_tick";
    }
    return "is_text";
  }

  template <typename Write>
  static void add_bounds(Json& json, const EntryField& own, Write write) {
    if (own.min) json["least"] = write(*own.min);
    if (own.max) json["most"] = write(*own.max);
    if (own.min && own.max) json["has_both"] = true;
  }

  Json options(const EntryField& own, const Json& chosen) const {
    Json list = Json::array();
    for (const FieldChoice& choice : own.choices) {
      list.push_back({{"value", choice.value},
                      {"label", choice.label.in(locale_, own_)},
                      {"selected", chosen == choice.value}});
    }
    return list;
  }

  // What stands beside a tick: the text of a consent with its links, or else the label.
  Json parts(const EntryField& own) const {
    const TranslatedText& text = own.text.empty() ? own.label : own.text;
    Json list = Json::array();
    for (const TextPart& part : parts_of(text.in(locale_, own_))) {
      list.push_back({{"words", part.words}, {"link", part.link}});
    }
    return list;
  }

  // All errors in the order of the form; then those of nothing that it asks.
  Json summary() const {
    Json list = Json::array();
    for (const Json& field : fields_) {
      if (field.contains("error")) list.push_back(field);
    }
    for (const FieldError& error : errors_) {
      if (!has_field(error.field)) {
        list.push_back(
            {{"label", error.field}, {"is_elsewhere", true}, {"error", {{"other", true}}}});
      }
    }
    return list;
  }

  bool has_field(const std::string& name) const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const Json& field) { return field["name"] == name; });
  }

  const FieldError* error_of(const std::string& name) const {
    const auto found = std::find_if(errors_.begin(), errors_.end(),
                                    [&](const FieldError& error) { return error.field == name; });
    return found == errors_.end() ? nullptr : &*found;
  }

  static std::string typed_text(const Json& object, const std::string& name) {
    const auto found = object.find(name);
    return found == object.end() ? std::string() : text_of(*found);
  }

  static bool is_ticked(const Json& object, const std::string& name) {
    const std::string text = typed_text(object, name);
    return !text.empty() && text != "false" && text != "off" && text != "0" && text != "no";
  }

  const CampaignSettings& settings_;
  const std::string& slug_;
  const Locale own_;
  const Locale locale_;
  const Json& typed_;
  const FieldErrors& errors_;
  Json fields_ = Json::array();
};

}  // namespace

Json form_context(const Campaign& campaign, Locale locale, const Json& typed,
                  const FieldErrors& errors) {
  return FormWriter(campaign, locale, typed, errors).write();
}

bool is_in_form(const Campaign& campaign, const FieldErrors& errors) {
  const Json form = form_context(campaign, Locale(), Json::object(), errors);
  return std::any_of(form["summary"].begin(), form["summary"].end(),
                     [](const Json& one) { return !one.contains("is_elsewhere"); });
}

}  // namespace promotions
