// Writes an answer as JSON, a page or an asset, together with its header fields. Private to http.
#pragma once

#include "http/answer_policies.h"
#include "http/library_adapter.h"
#include "promotions/http/answer.h"
#include "promotions/http/http_options.h"
#include "promotions/http/pending_reply.h"

namespace promotions {

// Thread-safe.
class AnswerWriter {
 public:
  AnswerWriter(const HttpOptions& options, const HttpServices& services);

  AnswerContent write(const Exchange& exchange, const Answer& answer) const;

  // Returns whether a successful answer becomes a page.
  static bool asks_for_page(const Exchange& exchange);

 private:
  void write_page(const Exchange& exchange, const Answer& answer, AnswerContent& content) const;

  const PageRenderer& pages_;
  const CommonPolicy common_;
  const CorsPolicy cors_;
  const std::function<std::optional<std::vector<std::string>>(std::string_view)> framed_by_;
};

}  // namespace promotions
