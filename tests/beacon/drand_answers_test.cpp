#include "beacon/drand_answers.h"

#include "support/catch.h"
#include "support/drand_relay.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

const std::string kQuicknet = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
const std::string kDefault = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce";

// The reason why an answer is refused; empty if it is not.
template <typename Value>
std::string reason(const BeaconResult<Value>& result) {
  const auto* trouble = std::get_if<BeaconTrouble>(&result);
  return trouble == nullptr ? std::string() : trouble->reason;
}

std::string reason_for_info(const Json& body) {
  return reason(read_chain({200, body.dump()}, DrandRelay::chain_hash()));
}

std::string reason_for_round(const Json& body, std::int64_t round = 7) {
  return reason(read_round({200, body.dump()}, DrandRelay::chain_hash(), round));
}

Json with(Json object, const std::string& name, Json value) {
  object[name] = std::move(value);
  return object;
}

Json without(Json object, const std::string& name) {
  object.erase(name);
  return object;
}

// What https://api.drand.sh/CHAIN/info says of chains of the League of Entropy.
Json quicknet_info() {
  return {{"public_key",
           "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
           "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
           "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"},
          {"period", 3},
          {"genesis_time", 1'692'803'367},
          {"hash", kQuicknet},
          {"groupHash", "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"},
          {"metadata", {{"beaconID", "quicknet"}}}};
}

Json default_info() {
  return {{"public_key",
           "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a5699"
           "37c529eeda66c7293784a9402801af31"},
          {"period", 30},
          {"genesis_time", 1'595'431'050},
          {"hash", kDefault},
          {"groupHash", "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"},
          {"metadata", {{"beaconID", "default"}}}};
}

const std::string kNoPeriod = "period is not a whole number in 1..3600";
const std::string kNoGenesis = "genesis_time is not a whole number in 946684800..4102444800";
const std::string kOtherHash =
    "period, genesis_time, public_key, groupHash and beaconID do not give the chain's hash";
const std::string kNoRandomness = "randomness is not 64 lower-case hexadecimal digits";
const std::string kNoSignature = "signature is not at least 96 lower-case hexadecimal digits";

}  // namespace

TEST_CASE("read_chain: period and genesis of the pinned chain", "[beacon]") {
  const auto result = read_chain({200, DrandRelay::info().dump()}, DrandRelay::chain_hash());
  REQUIRE(std::holds_alternative<DrandChain>(result));
  CHECK(std::get<DrandChain>(result) == DrandChain{30s, Time{1'700'000'000s}});
}

TEST_CASE("read_chain: what cannot be right is refused", "[beacon]") {
  const Json info = DrandRelay::info();
  CHECK(reason_for_info(with(info, "hash", kQuicknet)) == "hash is not that of the chain");
  CHECK(reason_for_info(with(info, "hash", std::string(64, 'C'))) ==
        "hash is not that of the chain");
  CHECK(reason_for_info(without(info, "hash")) == "hash is not that of the chain");
  for (const Json& period : {Json(0), Json(-3), Json(3601), Json(30.0), Json("30"), Json(nullptr),
                             Json(18'446'744'073'709'551'615U)}) {
    CAPTURE(period);
    CHECK(reason_for_info(with(info, "period", period)) == kNoPeriod);
  }
  CHECK(reason_for_info(without(info, "period")) == kNoPeriod);
  CHECK(reason_for_info(with(info, "period", 1)) == kOtherHash);
  CHECK(reason_for_info(with(info, "period", 3600)) == kOtherHash);
  for (const Json& genesis : {Json(946'684'799), Json(4'102'444'801), Json("1700000000"),
                              Json(1'700'000'000.5), Json(Json::array())}) {
    CAPTURE(genesis);
    CHECK(reason_for_info(with(info, "genesis_time", genesis)) == kNoGenesis);
  }
  CHECK(reason_for_info(Json::array({info})) == "the answer is not a JSON object");
  CHECK(reason(read_chain({500, info.dump()}, DrandRelay::chain_hash())) == "HTTP 500");
  CHECK(reason(read_chain({204, ""}, DrandRelay::chain_hash())) == "HTTP 204");
}

TEST_CASE("read_chain: an info that is not there is no round that is not there yet", "[beacon]") {
  const auto result = read_chain({404, ""}, DrandRelay::chain_hash());
  CHECK(reason(result) == "HTTP 404");
  CHECK_FALSE(std::get<BeaconTrouble>(result).not_yet);
}

TEST_CASE("read_chain: the info of real chains gives their hash", "[beacon]") {
  const auto read = [](const Json& body) {
    return std::get<DrandChain>(read_chain({200, body.dump()}, body["hash"].get<std::string>()));
  };
  CHECK(read(quicknet_info()) == DrandChain{3s, Time{1'692'803'367s}});
  CHECK(read(default_info()) == DrandChain{30s, Time{1'595'431'050s}});
  CHECK(read(without(default_info(), "metadata")) == DrandChain{30s, Time{1'595'431'050s}});
}

TEST_CASE("read_chain: a relay that shifts genesis cannot choose a known round", "[beacon]") {
  for (const Json& info : {quicknet_info(), default_info(), DrandRelay::info()}) {
    const auto reason_for = [&](const Json& body) {
      return reason(read_chain({200, body.dump()}, info["hash"].get<std::string>()));
    };
    REQUIRE(reason_for(info).empty());
    const auto genesis = info["genesis_time"].get<std::int64_t>();
    for (const std::int64_t shift : {-86'400, -1, 1, 30, 86'400}) {
      CHECK(reason_for(with(info, "genesis_time", genesis + shift)) == kOtherHash);
    }
    CHECK(reason_for(with(info, "period", 60)) == kOtherHash);
    // It cannot make up for that by what else it says.
    const Json shifted = with(info, "genesis_time", genesis - 1);
    for (const char* name : {"public_key", "groupHash"}) {
      CAPTURE(name);
      const auto value = info[name].get<std::string>();
      for (const Json& other :
           {Json(""), Json(value + "00"), Json(value.substr(2)), Json(value + "0"),
            Json(std::string(value.size(), 'g')), Json(nullptr), Json(7)}) {
        CHECK(reason_for(with(info, name, other)) == kOtherHash);
        CHECK(reason_for(with(shifted, name, other)) == kOtherHash);
      }
      CHECK(reason_for(without(info, name)) == kOtherHash);
    }
    for (const Json& other : {Json({{"beaconID", "other"}}), Json({{"beaconID", "Default"}})}) {
      CHECK(reason_for(with(info, "metadata", other)) == kOtherHash);
    }
  }
  CHECK(reason(read_chain({200, without(quicknet_info(), "metadata").dump()}, kQuicknet)) ==
        kOtherHash);
}

TEST_CASE("read_round: rounds as they were published", "[beacon]") {
  // quicknet
  const Json unchained{
      {"round", 123},
      {"randomness", "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc"},
      {"signature",
       "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482"
       "e26cd02df835d3546d23c4b13e0dfc92"}};
  const auto quicknet = std::get<BeaconAnswer>(read_round({200, unchained.dump()}, kQuicknet, 123));
  CHECK(quicknet.value == unchained["randomness"].get<std::string>());
  CHECK(quicknet.signature == unchained["signature"].get<std::string>());
  CHECK(quicknet.previous_signature.empty());
  // default
  const Json chained{
      {"round", 1},
      {"randomness", "101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec"},
      {"signature",
       "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20"
       "ff7bc3e09d7c046566c9f7f3c6f3b10104990e7cb424998203d8f7de586fb7fa"
       "5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655"},
      {"previous_signature", "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"}};
  const auto first = std::get<BeaconAnswer>(read_round({200, chained.dump()}, kDefault, 1));
  CHECK(first.value == chained["randomness"].get<std::string>());
  CHECK(first.signature == chained["signature"].get<std::string>());
  CHECK(first.previous_signature == chained["previous_signature"].get<std::string>());
  for (const Json& previous : {Json(), Json(""), Json("abc"), Json("AB"), Json(7)}) {
    CAPTURE(previous);
    CHECK(reason(read_round({200, with(chained, "previous_signature", previous).dump()}, kDefault,
                            1)) == "previous_signature is not in lower-case hexadecimal digits");
  }
}

TEST_CASE("read_round: what cannot be right is refused", "[beacon]") {
  const Json round = DrandRelay::round(7);
  const auto randomness = round["randomness"].get<std::string>();
  const auto signature = round["signature"].get<std::string>();
  REQUIRE(reason_for_round(round).empty());

  CHECK(reason_for_round(round, 8) == "round is not 8");
  for (const Json& number : {Json("7"), Json(7.0), Json(-7), Json(nullptr)}) {
    CAPTURE(number);
    CHECK(reason_for_round(with(round, "round", number)) == "round is not 7");
  }
  CHECK(reason_for_round(without(round, "round")) == "round is not 7");
  for (const Json& value :
       {Json(""), Json(randomness.substr(2)), Json(randomness + "00"), Json(randomness + "0"),
        Json(std::string(63, '0') + "g"), Json(std::string(62, '0') + "AB"), Json(7),
        Json(std::string(64, '\0')), Json::array({randomness})}) {
    CAPTURE(value);
    CHECK(reason_for_round(with(round, "randomness", value)) == kNoRandomness);
  }
  for (const Json& value :
       {Json(""), Json(signature.substr(0, 94)), Json(signature + "0"), Json(signature + "AB"),
        Json(signature + "g0"), Json(7), Json(nullptr)}) {
    CAPTURE(value);
    CHECK(reason_for_round(with(round, "signature", value)) == kNoSignature);
  }
  const std::string mismatch = "randomness is not SHA-256 of signature";
  CHECK(reason_for_round(with(round, "randomness", DrandRelay::randomness(8))) == mismatch);
  CHECK(reason_for_round(with(round, "signature", DrandRelay::round(8)["signature"])) == mismatch);
  CHECK(reason_for_round(with(round, "signature", signature + "00")) == mismatch);
}

TEST_CASE("read_round: a short signature is refused, though its hash fits", "[beacon]") {
  const std::string nothing = DrandRelay::sha256_hex("");
  CHECK(reason_for_round({{"round", 7}, {"randomness", nothing}, {"signature", ""}}) ==
        kNoSignature);
}

TEST_CASE("read_round: what is not JSON is refused", "[beacon]") {
  const std::string good = DrandRelay::round(7).dump();
  for (const std::string& body :
       {std::string(), std::string("<html>It works!</html>"), good.substr(0, good.size() - 1),
        good + "x", good + good, std::string("null"), std::string("\"\xFF\""),
        std::string(60'000, '[')}) {
    CHECK(reason(read_round({200, body}, DrandRelay::chain_hash(), 7)) ==
          "the answer is not a JSON object");
  }
}

TEST_CASE("read_round: only 404 and 425 say that a round is not there yet", "[beacon]") {
  const std::string good = DrandRelay::round(7).dump();
  for (const int status : {404, 425}) {
    const auto trouble =
        std::get<BeaconTrouble>(read_round({status, good}, DrandRelay::chain_hash(), 7));
    CHECK(trouble.not_yet);
    CHECK(trouble.reason == "the round is not there yet (HTTP " + std::to_string(status) + ")");
  }
  for (const int status : {100, 204, 206, 301, 400, 403, 410, 500, 503}) {
    const auto trouble =
        std::get<BeaconTrouble>(read_round({status, good}, DrandRelay::chain_hash(), 7));
    CHECK_FALSE(trouble.not_yet);
    CHECK(trouble.reason == "HTTP " + std::to_string(status));
  }
}
