#include "promotions/domain/stored_settings.h"

#include <stdexcept>

#include "promotions/domain/campaign_options.h"

namespace promotions {
namespace {

OrderedJson parse_stored(std::string_view stored) {
  OrderedJson json = OrderedJson::parse(stored, nullptr, false);
  if (!json.is_object()) throw std::invalid_argument("settings are no JSON object");
  return json;
}

CampaignSettings restored(const OrderedJson& json) {
  CampaignSettings settings;
  for (const CampaignOption& option : campaign_options()) {
    const auto found = json.find(option.name);
    if (found == json.end()) continue;
    try {
      option.value->restore(*found, settings);
    } catch (const std::exception&) {
      // The message does not quote the value, which may be an address.
      throw std::invalid_argument(option.name + " is none that this program knows");
    }
  }
  return settings;
}

}  // namespace

std::string to_stored(const CampaignSettings& settings) {
  OrderedJson json = OrderedJson::object();
  for (const CampaignOption& option : campaign_options()) {
    json[option.name] = option.value->store(settings);
  }
  return json.dump();
}

CampaignSettings from_stored(std::string_view stored) {
  return restored(parse_stored(stored));
}

std::string changed_stored(std::string_view stored, const CampaignSettings& settings) {
  OrderedJson json = parse_stored(stored);
  const CampaignSettings before = restored(json);
  for (const CampaignOption& option : campaign_options()) {
    if (option.value->is_same(before, settings)) continue;
    json[option.name] = option.value->store(settings);
  }
  return json.dump();
}

}  // namespace promotions
