// Reads a transcript that somebody published. Private to domain.
#pragma once

#include <string_view>

#include "promotions/domain/record_problem.h"
#include "promotions/domain/transcript.h"

namespace promotions {

struct TranscriptReading {
  Transcript transcript;  // a field with a problem has its default here
  Hash digest{};
  Json json;
  RecordProblems problems;

  // True if neither `path` nor anything around or inside it has a problem.
  bool readable(std::string_view path) const;
};

// Accepts exactly the fields of version 2, each with its type and in the only form that it has. Any
// bytes are safe.
TranscriptReading read_transcript(std::string_view text);

}  // namespace promotions
