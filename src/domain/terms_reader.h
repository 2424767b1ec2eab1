// Reading terms within another record. Private to domain.
#pragma once

#include "domain/record_fields.h"
#include "promotions/domain/terms.h"

namespace promotions {

Terms read_terms_fields(RecordFields fields, RecordProblems& problems);

}  // namespace promotions
