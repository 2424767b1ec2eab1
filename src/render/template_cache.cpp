#include "render/template_cache.h"

namespace promotions {

std::shared_ptr<const Template> TemplateCache::get(std::string_view source) {
  {
    const MutexLock lock(mutex_);
    if (auto known = find(source)) return known;
  }
  // Parsing is slow, so it happens without the lock.
  auto parsed = std::make_shared<const Template>(source, limits_.max_work);
  const MutexLock lock(mutex_);
  if (auto known = find(source)) return known;  // another thread was faster
  entries_.push_front({std::string(source), parsed});
  by_source_.emplace(entries_.front().source, entries_.begin());
  source_bytes_ += source.size();
  shrink();
  return parsed;
}

std::size_t TemplateCache::size() const {
  const MutexLock lock(mutex_);
  return entries_.size();
}

std::shared_ptr<const Template> TemplateCache::find(std::string_view source) {
  const auto found = by_source_.find(source);
  if (found == by_source_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->parsed;
}

void TemplateCache::shrink() {
  while (entries_.size() > limits_.entries || source_bytes_ > limits_.source_bytes) {
    source_bytes_ -= entries_.back().source.size();
    // The key of the index points into the entry, so it goes first.
    by_source_.erase(entries_.back().source);
    entries_.pop_back();
  }
}

}  // namespace promotions
