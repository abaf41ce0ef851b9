#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/access/key_store.hpp"

#include "support/store/link_store_contract.hpp"

namespace curt::test {

/// What every KeyStore promises: the tests are tests/store/contract/key_store_test.cpp. Instantiated as
/// LinkStoreContract is, with the same stores.
class KeyStoreContract : public LinkStoreContract {
 protected:
  // One call of the store each, with time enough, run to its end on this thread. Thread-safe. What fails
  // throws, but where a result is given.
  [[nodiscard]] access::KeyChanges changes(std::optional<std::int64_t> since = std::nullopt) const;
  [[nodiscard]] std::optional<access::Key> add(access::Key key) const;
  [[nodiscard]] result<access::Key> find_key(KeyId id) const;
  [[nodiscard]] std::vector<access::Key> list_keys(std::optional<access::KeyCursor> after,
                                                   std::size_t limit) const;
  [[nodiscard]] result<access::Key> revoke(KeyId id, Timestamp now = kLater) const;
  [[nodiscard]] result<access::Key> rotate(KeyId id, access::Rotation rotation) const;
  void note_used(std::vector<access::KeyUse> uses) const;

  /// When the key was used last, as the store has it.
  [[nodiscard]] std::optional<Timestamp> last_used(KeyId id) const;
};

/// A key with the id key_id(number), made at kNow, whose secret has the hash hash_of_bytes(number).
[[nodiscard]] access::Key new_key(int number);

/// A hash of these bytes.
[[nodiscard]] access::SecretHash hash_of_bytes(unsigned char byte);

/// The numbers of key_id(), of these keys in their order.
[[nodiscard]] std::vector<int> numbers_of(const std::vector<access::Key>& keys);

}  // namespace curt::test
