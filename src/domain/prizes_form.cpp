// The form of the list of prizes.
#include <charconv>

#include "domain/translated_form.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxText = 200;  // bytes, as a campaign's name

// "--prize Hamper", "--prize 3:Hamper", "--prize {…}"
std::optional<OrderedJson> prize_of_word(const std::string& word) {
  if (word.starts_with('{')) {
    OrderedJson json = OrderedJson::parse(word, nullptr, false);
    return json.is_discarded() ? std::nullopt : std::optional(std::move(json));
  }
  int count = 0;
  const char* const end = word.data() + word.size();
  const auto digits = std::from_chars(word.data(), end, count);
  if (digits.ec == std::errc() && digits.ptr != end && *digits.ptr == ':') {
    return OrderedJson{{"name", std::string(digits.ptr + 1, end)}, {"count", count}};
  }
  return OrderedJson{{"name", word}, {"count", 1}};
}

class PrizesForm final : public OptionForm<std::vector<Prize>> {
 public:
  PrizesForm(std::size_t most, int most_together)
      : most_(most), most_together_(most_together), count_(count_form(1, most_together)) {}

  void read(const GivenValue& given, std::vector<Prize>& value) const override {
    if (!given.json.is_array()) return given.wrong("wrong_type", "must be an array");
    if (given.json.size() > most_) {
      return given.wrong("out_of_range",
                         "must have at most " + std::to_string(most_) + " elements");
    }
    const std::size_t before = given.errors.size();
    std::vector<Prize> prizes;
    for (std::size_t i = 0; i < given.json.size(); ++i) {
      const std::string field = given.field + "[" + std::to_string(i) + "]";
      prizes.push_back(read_prize(inside(given, field, given.json[i])));
    }
    if (given.errors.size() > before) return;
    if (count_together(prizes) > most_together_) {
      return given.wrong("out_of_range", "must have counts that add up to " +
                                             std::to_string(most_together_) + " at most");
    }
    value = std::move(prizes);
  }
  OrderedJson show(const std::vector<Prize>& value) const override {
    OrderedJson list = OrderedJson::array();
    for (const Prize& prize : value) {
      OrderedJson json{{"name", text_->show(prize.name)}, {"count", prize.count}};
      if (!prize.value.empty()) json["value"] = text_->show(prize.value);
      list.push_back(std::move(json));
    }
    return list;
  }
  void restore(const OrderedJson& stored, std::vector<Prize>& value) const override {
    value.clear();
    for (const OrderedJson& json : stored) {
      Prize prize{{}, json.at("count").get<std::int64_t>()};
      text_->restore(json.at("name"), prize.name);
      if (json.contains("value")) text_->restore(json.at("value"), prize.value);
      value.push_back(std::move(prize));
    }
  }
  std::string takes() const override {
    return "at most " + std::to_string(most_) + R"( of {"name","count","value"})";
  }
  CommandForm command_form() const override {
    CommandForm form{CommandForm::Kind::list};
    form.element = prize_of_word;
    form.element_form = R"(NAME, COUNT:NAME or {"name":…,"count":…,"value":…})";
    return form;
  }

 private:
  static GivenValue inside(const GivenValue& given, const std::string& field, const Json& json) {
    return {field, json, given.time_zone, given.templates, given.errors};
  }

  Prize read_prize(const GivenValue& given) const {
    Prize prize;
    if (!given.json.is_object()) {
      given.wrong("wrong_type", "must be an object of name, count and, if it has one, value");
      return prize;
    }
    for (const char* needed : {"count", "name"}) {
      if (!given.json.contains(needed)) {
        given.wrong(std::string(".") + needed, "required", "is required");
      }
    }
    for (const auto& [name, json] : given.json.items()) {
      const std::string member = "." + name;
      if (name == "name") {
        read_part(given, member, json, *text_, prize.name);
      } else if (name == "count") {
        int count = 1;
        read_part(given, member, json, *count_, count);
        prize.count = count;
      } else if (name == "value") {
        read_part(given, member, json, *text_, prize.value);
      } else {
        given.wrong(member, "unknown_field", "must be name, count or value");
      }
    }
    return prize;
  }

  const std::size_t most_;
  const int most_together_;
  const Form<int> count_;
  const Form<TranslatedText> text_ = translated_form(line_form(1, kMaxText));
};

}  // namespace

Form<std::vector<Prize>> prizes_form(std::size_t most, int most_together) {
  return std::make_unique<PrizesForm>(most, most_together);
}

}  // namespace promotions
