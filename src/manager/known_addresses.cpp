#include "manager/known_addresses.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <new>
#include <string>
#include <vector>

#include "promotions/base/mutex.h"

namespace promotions {
namespace {

constexpr unsigned kShardBits = 6;  // many more shards than threads that look up at the same time
constexpr std::size_t kShards = std::size_t{1} << kShardBits;
constexpr std::size_t kFirstSlots = 8;
constexpr std::size_t kVictims = 8;  // entries that are compared when one must go
constexpr std::uint32_t kNever = 0;  // marks an empty slot
constexpr std::uint32_t kForEver = ~0U;

struct Slot {
  std::uint32_t high = 0;  // of the hash
  std::uint32_t low = 0;
  std::uint32_t until = kNever;  // seconds since 1970, up to 2106; or kForEver
  std::uint32_t words = 0;       // hash of the words; without meaning where `until` is kForEver
};
static_assert(sizeof(Slot) == 16);

// Rounded down: an entry may end early, never late.
std::uint32_t to_seconds(std::optional<Time> until) {
  if (!until) return kForEver;
  const std::int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(*until).time_since_epoch().count();
  return static_cast<std::uint32_t>(
      std::clamp(seconds, std::int64_t{kNever}, std::int64_t{kForEver - 1}));
}

bool is_settled_at(Time now, std::uint32_t until, Millis longest) {
  if (until == kNever || until == kForEver) return until == kForEver;
  const Time end{std::chrono::seconds{until}};
  // The second condition finds entries that were made before the clock was set back.
  return now < end && end - now <= longest + kClockSlack;
}

// A hash table with open addressing and linear probing. Two invariants: no slot between an entry's
// home and its place is empty; and at least one slot is empty, which ends every search.
class Table {
 public:
  // If there is no such entry, `until` of the result is kNever.
  Slot find(std::uint64_t hash) const { return slots_.empty() ? Slot{} : slots_[search(hash)]; }
  bool has(std::uint64_t hash) const { return find(hash).until != kNever; }

  // Replaces the entry, or adds it. If the table is full, another entry is given up for it.
  void set(std::uint64_t hash, std::uint32_t until, std::uint32_t words, std::size_t max_slots) {
    if (until == kNever) return erase(hash);
    if (has(hash)) {
      Slot& slot = slots_[search(hash)];
      slot.until = until;
      slot.words = words;
    } else if (make_room(max_slots) || evict_near(hash)) {
      insert(hash, until, words);
    }
  }

  void erase(std::uint64_t hash) {
    if (has(hash)) erase_at(search(hash));
  }

  std::size_t size() const { return used_; }
  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  static std::uint32_t high_half(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 32U);
  }
  static std::uint32_t low_half(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }

  std::size_t limit() const { return slots_.size() * 3 / 4; }
  std::size_t next(std::size_t index) const { return index + 1 < slots_.size() ? index + 1 : 0; }
  // Where the search for a hash begins. Scales instead of masking, so that the largest size need
  // not be a power of two. Uses the low half, because the highest bits have chosen the shard
  // already.
  std::size_t home(std::uint32_t low) const {
    return static_cast<std::size_t>(std::uint64_t{low} * slots_.size() >> 32U);
  }

  // Returns the slot of the entry, or else the empty slot where it would be put. The table must
  // have slots.
  std::size_t search(std::uint64_t hash) const {
    std::size_t index = home(low_half(hash));
    while (slots_[index].until != kNever &&
           (slots_[index].low != low_half(hash) || slots_[index].high != high_half(hash))) {
      index = next(index);
    }
    return index;
  }

  // Removes one of the first kVictims entries from the home of `hash` on: the one that ends first,
  // which is one whose time is over, if there is any. Among equals it is the first one, which is
  // probably the oldest, since it is nearest to its home. False: the table has no entries.
  bool evict_near(std::uint64_t hash) {
    if (used_ == 0) return false;
    std::optional<std::size_t> victim;
    std::size_t seen = 0;
    for (std::size_t index = home(low_half(hash)); seen < std::min(kVictims, used_);
         index = next(index)) {
      if (slots_[index].until == kNever) continue;
      if (!victim || slots_[index].until < slots_[*victim].until) victim = index;
      ++seen;
    }
    erase_at(*victim);
    return true;
  }

  // Empties a slot, and moves later entries into the gap, so that no search for them ends at it
  // (Knuth, TAOCP 6.4, algorithm R).
  void erase_at(std::size_t gap) {
    for (std::size_t index = next(gap); slots_[index].until != kNever; index = next(index)) {
      const std::size_t start = home(slots_[index].low);
      // The entry stays if the gap is not between its home and its place. The way between them may
      // lead past the end of the table to its beginning.
      const bool must_stay = gap < index ? gap < start && start <= index  //
                                         : gap < start || start <= index;
      if (must_stay) continue;
      slots_[gap] = slots_[index];
      gap = index;
    }
    slots_[gap] = {};
    --used_;
  }

  // Is there room for one more entry? Grows the table if need be.
  bool make_room(std::size_t max_slots) {
    while (used_ >= limit()) {
      if (!grow(max_slots)) return false;
    }
    return true;
  }

  // There must be room, and no entry with that hash.
  void insert(std::uint64_t hash, std::uint32_t until, std::uint32_t words) {
    if (until == kNever) return;
    slots_[search(hash)] = {high_half(hash), low_half(hash), until, words};
    ++used_;
  }

  bool grow(std::size_t max_slots) {
    const std::size_t size = std::min(max_slots, std::max(kFirstSlots, 2 * slots_.size()));
    if (size <= slots_.size()) return false;
    try {
      std::vector<Slot> former(size);
      former.swap(slots_);
      for (const Slot& slot : former) {
        if (slot.until == kNever) continue;
        slots_[search(std::uint64_t{slot.high} << 32U | slot.low)] = slot;
      }
    } catch (const std::bad_alloc&) {  // knowing fewer addresses is better than failing a sign-up
      return false;
    }
    return true;
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace

// Each shard has its own cache line, so that threads at different shards do not slow each other
// down.
struct alignas(64) KnownAddresses::Shard {
  Mutex mutex;
  Table table GUARDED_BY(mutex);
};

KnownAddresses::KnownAddresses(Random& random, std::size_t max_bytes, Millis longest)
    : max_slots_(max_bytes / kShards / sizeof(Slot)),
      longest_(longest),
      shards_(std::make_unique<Shard[]>(kShards)) {
  random.fill(key_);
}

KnownAddresses::~KnownAddresses() = default;

std::optional<KnownAddresses::Settled> KnownAddresses::find(std::int64_t campaign_id,
                                                            std::string_view email_key,
                                                            std::uint32_t words, Time now) const {
  const std::uint64_t name = hash(campaign_id, email_key);
  Shard& shard = shard_of(name);
  Slot slot;
  {
    const MutexLock lock(shard.mutex);
    slot = shard.table.find(name);
  }
  if (!is_settled_at(now, slot.until, longest_)) return std::nullopt;
  if (slot.until == kForEver) return Settled{};
  if (slot.words != words) return std::nullopt;
  return Settled{Time{std::chrono::seconds{slot.until}}};
}

void KnownAddresses::remember(std::int64_t campaign_id, std::string_view email_key,
                              std::optional<Time> until, std::uint32_t words) {
  const std::uint64_t name = hash(campaign_id, email_key);
  Shard& shard = shard_of(name);
  const MutexLock lock(shard.mutex);
  shard.table.set(name, to_seconds(until), words, max_slots_);
}

void KnownAddresses::forget(std::int64_t campaign_id, std::string_view email_key) {
  const std::uint64_t name = hash(campaign_id, email_key);
  Shard& shard = shard_of(name);
  const MutexLock lock(shard.mutex);
  shard.table.erase(name);
}

std::size_t KnownAddresses::size() const {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kShards; ++i) {
    Shard& shard = shards_[i];
    const MutexLock lock(shard.mutex);
    sum += shard.table.size();
  }
  return sum;
}

std::size_t KnownAddresses::bytes() const {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kShards; ++i) {
    Shard& shard = shards_[i];
    const MutexLock lock(shard.mutex);
    sum += shard.table.bytes();
  }
  return sum;
}

// The campaign's id comes first and has a fixed length, so two different pairs never give the same
// message.
std::uint64_t KnownAddresses::hash(std::int64_t campaign_id, std::string_view email_key) const {
  const auto id = std::bit_cast<std::array<char, 8>>(campaign_id);
  std::string message;
  message.reserve(id.size() + email_key.size());
  message.append(id.data(), id.size()).append(email_key);
  return short_hash(key_, message);
}

KnownAddresses::Shard& KnownAddresses::shard_of(std::uint64_t hash) const {
  return shards_[hash >> (64U - kShardBits)];
}

}  // namespace promotions
