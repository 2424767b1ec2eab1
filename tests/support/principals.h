// Who acts in tests that are not about who acts.
#pragma once

#include "promotions/manager/principal.h"

namespace promotions::testing {

inline const Principal kOwner{.kind = Principal::Kind::owner};

}  // namespace promotions::testing
