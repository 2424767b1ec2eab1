// What relays of drand answer, read and checked. Pure. The reasons do not name the host.
#pragma once

#include <cstdint>
#include <string>

#include "promotions/beacon/drand_client.h"
#include "promotions/net/http_client.h"

namespace promotions {

// The answer to GET BASE/CHAIN/info.
BeaconResult<DrandChain> read_chain(const HttpAnswer& answer, const std::string& chain);

// The randomness in the answer to GET BASE/CHAIN/public/ROUND.
BeaconResult<std::string> read_round(const HttpAnswer& answer, std::int64_t round);

}  // namespace promotions
