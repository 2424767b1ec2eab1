// OptionForm: how one kind of values is read, shown and stored, whichever option has it.
// MemberValue: the value of an option, made of a form and a member of CampaignSettings. Private to
// domain.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "promotions/domain/campaign_options.h"

namespace promotions {

// Immutable and so thread-safe. Each function does what its namesake in OptionValue does, for the
// value alone.
template <typename T>
class OptionForm {
 public:
  using Value = T;
  virtual ~OptionForm() = default;

  virtual void read(const GivenValue& given, T& value) const = 0;
  virtual void change(const Json& /*given*/, const T& read, T& stored) const { stored = read; }
  virtual OrderedJson show(const T& value) const = 0;
  virtual OrderedJson store(const T& value) const { return show(value); }
  virtual void restore(const OrderedJson& stored, T& value) const = 0;
  virtual std::string takes() const = 0;
  virtual CommandForm command_form() const { return {}; }
};

// For values whose JSON needs no conversion.
template <typename T>
class PlainForm : public OptionForm<T> {
 public:
  OrderedJson show(const T& value) const override { return value; }
  void restore(const OrderedJson& stored, T& value) const override { stored.get_to(value); }
};

template <typename T>
class MemberValue final : public OptionValue {
 public:
  MemberValue(T CampaignSettings::*member, std::unique_ptr<const OptionForm<T>> form)
      : member_(member), form_(std::move(form)) {}

  void read(const GivenValue& given, CampaignSettings& settings) const override {
    form_->read(given, settings.*member_);
  }
  void change(const Json& given, const CampaignSettings& read,
              CampaignSettings& stored) const override {
    form_->change(given, read.*member_, stored.*member_);
  }
  OrderedJson show(const CampaignSettings& settings) const override {
    return form_->show(settings.*member_);
  }
  OrderedJson store(const CampaignSettings& settings) const override {
    return form_->store(settings.*member_);
  }
  void restore(const OrderedJson& stored, CampaignSettings& settings) const override {
    form_->restore(stored, settings.*member_);
  }
  bool is_same(const CampaignSettings& one, const CampaignSettings& other) const override {
    return one.*member_ == other.*member_;
  }
  std::string takes() const override { return form_->takes(); }
  CommandForm command_form() const override { return form_->command_form(); }

 private:
  T CampaignSettings::*const member_;
  const std::unique_ptr<const OptionForm<T>> form_;  // never null
};

// Points into the given value. If that is not a string, notes the error and returns nullptr.
const std::string* given_text(const GivenValue& given);

// The given string in Normalization Form C. Returns nullopt and notes the error if it is not a
// string, or has a character that Unicode has not assigned: its normal form is not known yet.
std::optional<std::string> given_normal_text(const GivenValue& given);

}  // namespace promotions
