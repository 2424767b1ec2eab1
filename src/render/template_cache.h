// A cache of organisers' parsed templates. Private to render.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "promotions/base/mutex.h"
#include "render/template.h"

namespace promotions {

// Thread-safe. When it is full, the least recently used entry goes. A thread that still renders
// with it shares the ownership, so it stays valid.
class TemplateCache {
 public:
  struct Limits {
    std::size_t entries = 64;
    std::size_t source_bytes = 1024 * 1024;     // a parsed template can take 100 times its source
    std::size_t max_work = 64UL * 1024 * 1024;  // bytes, for each rendering
  };

  TemplateCache() : limits_() {}
  explicit TemplateCache(const Limits& limits) : limits_(limits) {}

  // Returns the parsed template. Throws std::invalid_argument if `source` does not parse, and keeps
  // nothing then.
  std::shared_ptr<const Template> get(std::string_view source);

  std::size_t size() const;

 private:
  struct Entry {
    std::string source;
    std::shared_ptr<const Template> parsed;
  };
  using Entries = std::list<Entry>;

  std::shared_ptr<const Template> find(std::string_view source) REQUIRES(mutex_);
  void shrink() REQUIRES(mutex_);

  const Limits limits_;
  mutable Mutex mutex_;
  Entries entries_ GUARDED_BY(mutex_);  // most recently used first
  // The keys point into entries_.
  std::unordered_map<std::string_view, Entries::iterator> by_source_ GUARDED_BY(mutex_);
  std::size_t source_bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace promotions
