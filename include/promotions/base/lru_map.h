// A map in bounded memory: when it is full, a new entry replaces the least recently used one.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <unordered_map>
#include <utility>

namespace promotions {

// Not thread-safe. Each function takes constant time, however full the map is. Pointers and
// references to an entry are valid until that entry is removed. If strangers choose the keys,
// `Hash` must be keyed, or the keys must be hashes already, so that nobody can make them collide.
template <typename Key, typename Value, typename Hash = std::hash<Key>,
          typename Equal = std::equal_to<Key>>
class LruMap {
 public:
  explicit LruMap(std::size_t capacity) : capacity_(capacity) {}
  LruMap(const LruMap&) = delete;  // a copied index would point into the other's entries
  LruMap& operator=(const LruMap&) = delete;

  std::size_t size() const { return index_.size(); }

  // Null if there is no such entry. Counts as a use.
  Value* find(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  // Returns the entry, after adding it with `value` if there was none. Counts as a use.
  Value& find_or_add(const Key& key, const Value& value) {
    if (Value* const found = find(key)) return *found;
    if (size() >= capacity_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, value);
    index_.emplace(key, entries_.begin());
    return entries_.front().second;
  }

  void erase(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return;
    entries_.erase(found->second);
    index_.erase(found);
  }

 private:
  using Entries = std::list<std::pair<Key, Value>>;  // most recently used first

  const std::size_t capacity_;
  Entries entries_;
  std::unordered_map<Key, typename Entries::iterator, Hash, Equal> index_;
};

}  // namespace promotions
