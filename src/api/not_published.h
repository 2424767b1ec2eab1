// Why a record of a draw is not there. Private to api.
#pragma once

#include "promotions/http/problem.h"
#include "promotions/manager/draws.h"

namespace promotions {

Problem problem_of(NotPublished what);

}  // namespace promotions
