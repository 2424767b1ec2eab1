#include "http/gate.h"

#include <sodium.h>

#include <string>
#include <vector>

#include "promotions/base/encoding.h"
#include "support/catch.h"
#include "support/event.h"
#include "support/manual_clock.h"
#include "support/principals.h"
#include "support/temp_folder.h"
#include "support/waiting.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

struct Entrance {
  // The code of the problem; empty if the credentials are right.
  std::string code_for(const std::string& authorization) {
    FramedRequest framed;
    framed.method = "GET";
    framed.target = "/";
    framed.fields = {{"Authorization", authorization}};
    Request request(framed, "");
    request.who.network = "192.0.2.1";
    const auto passage =
        testing::wait_for<Passage>([&](auto done) { gate.identify(request, std::move(done)); });
    if (const auto* problem = std::get_if<Problem>(&passage)) {
      return std::string(to_text(problem->code));
    }
    CHECK(std::get<Principal>(passage).kind == Principal::Kind::account);
    CHECK(std::get<Principal>(passage).network == "192.0.2.1");
    return {};
  }

  TempFolder folder;
  ManualClock clock;
  SystemRandom random;
  Storage storage{StorageOptions{.path = folder.file("promotions.db")}};
  Accounts accounts{storage, clock, random, {.failed_logins_per_minute = 0}};
  Gate gate{accounts};
};

std::string base64(std::string_view text) {
  std::string encoded(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(),
                    reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  encoded.pop_back();
  return encoded;
}

}  // namespace

TEST_CASE("gate: only well-formed Basic credentials are looked at", "[http]") {
  Entrance entrance;
  entrance.accounts.add(kOwner, "ana", "a:b ñandúes");
  for (const std::string& header :
       {"Basic " + base64("ana:a:b ñandúes"), "basic  " + base64("ana:a:b ñandúes"),
        "BASIC " + base64("ana:a:b ñandúes")}) {
    CAPTURE(header);
    CHECK(entrance.code_for(header).empty());
  }
  const std::int64_t before = entrance.accounts.computations();
  for (const std::string& header : {
           std::string(),
           std::string("Basic"),
           std::string("Basic "),
           std::string("Basic :"),
           std::string("Basic ===="),
           "Basic " + base64("ana"),                    // no colon
           "Basic " + base64("ana:a:b ñandúes") + "!",  // not base64
           "Basic " + base64("ana:a:b ñandúes") + " x",
           "Basic " + base64("ana:\xff\xfe"),  // not UTF-8
           "Basic " + base64(std::string("ana:a:b ñandúes\0", 18)),
           "Basic " + base64(std::string("ana\0:a:b ñandúes", 18)),
           "Basic " + base64("ana:a:b ñandúes\n"),
           "Basic" + base64("ana:a:b ñandúes"),
           "Bearer " + base64("ana:a:b ñandúes"),
           std::string("Digest username=\"ana\""),
       }) {
    CAPTURE(header);
    CHECK(entrance.code_for(header) == "unauthorized");
  }
  CHECK(entrance.code_for("Basic " + base64("ana:" + std::string(9000, 'x'))) == "unauthorized");
  CHECK(entrance.accounts.computations() == before);  // none of them is a guess
  CHECK(entrance.code_for("Basic " + base64(":")) == "unauthorized");
  CHECK(entrance.code_for("Basic " + base64("nobody:a")) == "unauthorized");
  CHECK(entrance.accounts.computations() == before + 2);
}
