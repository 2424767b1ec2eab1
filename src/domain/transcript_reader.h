// Reads a transcript that somebody published. Private to domain.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/domain/transcript.h"

namespace promotions {

struct FormProblem {
  std::string path;  // "drawn[2].index"; empty: the whole text
  std::string what;
};

struct TranscriptReading {
  Transcript transcript;       // a field with a problem has its default here
  Beacon revealed;             // the beacon of the reveal, which must be that of the seal
  std::optional<Hash> digest;  // absent in transcripts from elsewhere
  Json json;
  std::vector<FormProblem> problems;  // in the order of the fields

  // True if neither `path` nor anything around or inside it has a problem.
  bool readable(std::string_view path) const;
};

// Accepts exactly the fields of version 1, each with its type and in the only form that it has. Any
// bytes are safe.
TranscriptReading read_transcript(std::string_view text);

}  // namespace promotions
