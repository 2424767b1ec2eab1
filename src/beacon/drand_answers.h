// Reads and checks the answers of drand relays. Pure functions. The reasons that they give do not
// name the host. Private to beacon.
#pragma once

#include <cstdint>
#include <string>

#include "promotions/beacon/drand_client.h"
#include "promotions/net/http_client.h"

namespace promotions {

// Reads the answer to GET BASE/CHAIN/info.
BeaconResult<DrandChain> read_chain(const HttpAnswer& answer, const std::string& chain);

// Reads the randomness in the answer to GET BASE/CHAIN/public/ROUND, with the signature that it is
// made from.
BeaconResult<BeaconAnswer> read_round(const HttpAnswer& answer, const std::string& chain,
                                      std::int64_t round);

}  // namespace promotions
