#include "promotions/domain/canonical_json.h"

namespace promotions {

std::string canonical_json(const Json& json) {
  // Json keeps its members sorted by their bytes, which for names in ASCII is the order of the RFC
  // (§3.2.3); its compact text escapes what the RFC does (§3.2.2.2).
  return json.dump();
}

Hash hash_of_json(const Json& json) {
  return sha256(canonical_json(json));
}

}  // namespace promotions
