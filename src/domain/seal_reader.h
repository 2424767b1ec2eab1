// Reading a seal within another record. Private to domain.
#pragma once

#include "domain/record_fields.h"
#include "promotions/domain/seal.h"

namespace promotions {

Seal read_seal_fields(RecordFields fields, RecordProblems& problems);

}  // namespace promotions
