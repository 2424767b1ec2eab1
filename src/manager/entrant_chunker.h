// Cuts the list of entrants into the chunks that are stored. Private to manager.
#pragma once

#include <utility>
#include <vector>

#include "promotions/domain/merkle_tree.h"
#include "promotions/storage/entrant_store.h"

namespace promotions {

// Not thread-safe.
class EntrantChunker {
 public:
  // Adds the next entrant. Tickets must ascend.
  void add(const ListedSubscriber& entrant) {
    chunk_.tickets.push_back(entrant.ticket);
    chunk_.keys.push_back(entrant_key(entrant.nonce, entrant.email_key));
    if (chunk_.keys.size() == EntrantChunk::kEntrants) close();
  }

  // Returns the chunks that were completed since the last call.
  std::vector<EntrantChunk> take() { return std::exchange(complete_, {}); }
  // The same at the end of the list: includes the last chunk, which may be shorter.
  std::vector<EntrantChunk> take_last() {
    if (!chunk_.keys.empty()) close();
    return take();
  }

 private:
  void close() {
    MerkleRoot root;
    for (const Hash& leaf : chunk_.leaves()) root.add(leaf);
    chunk_.root = root.root();
    const std::int64_t number = chunk_.number;
    complete_.push_back(std::exchange(chunk_, {}));
    chunk_.number = number + 1;
  }

  EntrantChunk chunk_;  // the one being filled
  std::vector<EntrantChunk> complete_;
};

}  // namespace promotions
