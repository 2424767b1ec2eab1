#include <set>

#include "domain/option_forms.h"
#include "domain/web_address.h"
#include "promotions/domain/email_address.h"

namespace promotions {
namespace {

// A list of texts. The derived classes decide which texts are elements and how each is stored.
class ListForm : public PlainForm<std::vector<std::string>> {
 public:
  ListForm(std::size_t most, std::string elements) : most_(most), elements_(std::move(elements)) {}

  void read(const GivenValue& given, std::vector<std::string>& value) const override {
    if (!given.json.is_array()) return given.wrong("wrong_type", "must be an array");
    if (given.json.size() > most_) {
      return given.wrong("out_of_range",
                         "must have at most " + std::to_string(most_) + " elements");
    }
    std::vector<std::string> list;
    std::set<std::string> known;
    for (std::size_t i = 0; i < given.json.size(); ++i) {
      const std::string field = given.field + "[" + std::to_string(i) + "]";
      const GivenValue element{field, given.json[i], given.time_zone, given.templates,
                               given.errors};
      if (const std::string* text = given_text(element)) add(element, *text, known, list);
    }
    value = std::move(list);
  }
  std::string takes() const override {
    return "at most " + std::to_string(most_) + " " + elements_;
  }
  CommandForm command_form() const override { return {CommandForm::Kind::list}; }

 private:
  // Adds the element that `text` stands for to `list`, or notes why not. `known` has the keys of
  // the elements so far.
  virtual void add(const GivenValue& element, const std::string& text, std::set<std::string>& known,
                   std::vector<std::string>& list) const = 0;

  const std::size_t most_;
  const std::string elements_;
};

class AddressesForm final : public ListForm {
 public:
  explicit AddressesForm(std::size_t most) : ListForm(most, "e-mail addresses") {}

 private:
  void add(const GivenValue& element, const std::string& text, std::set<std::string>& known,
           std::vector<std::string>& list) const override {
    const auto email = EmailAddress::parse(text);
    if (!email) {
      element.wrong("invalid", "must be an e-mail address");
    } else if (!known.insert(email->key()).second) {
      element.wrong("duplicate", "is in the list already");
    } else {
      list.push_back(email->text());
    }
  }
};

class ExclusionsForm final : public ListForm {
 public:
  explicit ExclusionsForm(std::size_t most) : ListForm(most, "e-mail addresses and domains") {}

 private:
  void add(const GivenValue& element, const std::string& text, std::set<std::string>& known,
           std::vector<std::string>& list) const override {
    const auto exclusion = parse_exclusion(text);
    if (!exclusion) {
      element.wrong("invalid", "must be an e-mail address or a domain, as example.org");
    } else if (known.insert(*exclusion).second) {  // a second one is dropped: it changes nothing
      list.push_back(*exclusion);
    }
  }
};

class OriginsForm final : public ListForm {
 public:
  explicit OriginsForm(std::size_t most) : ListForm(most, "origins") {}

 private:
  void add(const GivenValue& element, const std::string& text, std::set<std::string>& known,
           std::vector<std::string>& list) const override {
    if (!is_web_origin(text)) {
      element.wrong("invalid",
                    "must be an origin as browsers write it: https://www.example.org, in lower "
                    "case, without a path or a slash at the end");
    } else if (!known.insert(text).second) {
      element.wrong("duplicate", "is in the list already");
    } else {
      list.push_back(text);
    }
  }
};

}  // namespace

Form<std::vector<std::string>> origins_form(std::size_t most) {
  return std::make_unique<OriginsForm>(most);
}

Form<std::vector<std::string>> addresses_form(std::size_t most) {
  return std::make_unique<AddressesForm>(most);
}

Form<std::vector<std::string>> exclusions_form(std::size_t most) {
  return std::make_unique<ExclusionsForm>(most);
}

}  // namespace promotions
