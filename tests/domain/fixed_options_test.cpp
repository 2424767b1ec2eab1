#include "promotions/domain/fixed_options.h"

#include "promotions/domain/campaign_options.h"
#include "support/catch.h"
#include "support/samples.h"

using namespace promotions;

namespace {

// `before` with one option of `after`.
CampaignSettings with(const CampaignOption& option, CampaignSettings before,
                      const CampaignSettings& after) {
  option.value->restore(option.value->store(after), before);
  return before;
}

}  // namespace

TEST_CASE("fixed options: each from its own stage on, and no other", "[domain]") {
  const CampaignSettings before;
  const CampaignSettings unusual = unusual_settings();
  for (const CampaignOption& option : campaign_options()) {
    CAPTURE(option.name);
    const CampaignSettings after = with(option, before, unusual);
    const auto is_free = [&](Stage stage) {
      return fixed_change(stage, before, after).why.empty();
    };
    CHECK(is_free(Stage::announced));
    CHECK(is_free(Stage::open) ==
          (option.fixed == Fixed::never || option.fixed == Fixed::once_stopped));
    CHECK(is_free(Stage::stopped) == (option.fixed == Fixed::never));
    CHECK(fixed_change(Stage::stopped, before, before).why.empty());
    // All that the terms are made of is among them, and what people are told besides.
    if (option.is_term) CHECK(fixed_change(Stage::stopped, before, after).is_promise);
  }
}

TEST_CASE("fixed options: what stands against a change names its options", "[domain]") {
  const CampaignSettings before;
  CampaignSettings after = before;
  after.alternates = 3;
  after.winners = 2;
  after.draw_delay = Millis{0};
  after.name = "Autumn";
  const FixedChange open = fixed_change(Stage::open, before, after);
  CHECK(open.is_promise);
  CHECK(open.why ==
        "winners, alternates and draw_delay cannot change once the campaign is open: people sign "
        "up knowing it");
  CHECK(fixed_change(Stage::stopped, before, after).why ==
        "name, winners, alternates and draw_delay cannot change once the list is stopped: the draw "
        "depends on it");
  after = before;
  after.exclusions = {"example.org"};
  CHECK(fixed_change(Stage::open, before, after).why.empty());
  const FixedChange stopped = fixed_change(Stage::stopped, before, after);
  CHECK_FALSE(stopped.is_promise);
  CHECK(stopped.why == "exclusions cannot change once the list is stopped: the draw depends on it");
}

TEST_CASE("fixed options: prizes may change until the list is stopped, but not go", "[domain]") {
  CampaignSettings before;
  before.prizes = {{{"Car"}, 2}};
  before.winners = 2;
  CampaignSettings after = before;
  after.prizes = {{{"Car"}, 2}, {{"Mug"}, 1}};
  after.winners = 3;
  CHECK(fixed_change(Stage::open, before, after).why.empty());
  CHECK(fixed_change(Stage::stopped, before, after).is_promise);
  after = before;
  after.prizes.clear();
  CHECK(fixed_change(Stage::announced, before, after).why.empty());
  const FixedChange taken_away = fixed_change(Stage::open, before, after);
  CHECK(taken_away.is_promise);
  CHECK(taken_away.why ==
        "prizes cannot be taken away once the campaign is open: list others instead");
  // The other way round: named at last, for as many winners as there were.
  CHECK(fixed_change(Stage::open, after, before).why.empty());
  before.prizes = {{{"Car"}, 3}};
  before.winners = 3;
  CHECK(fixed_change(Stage::open, after, before).is_promise);
}
