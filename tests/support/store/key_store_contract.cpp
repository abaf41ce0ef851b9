#include "support/store/key_store_contract.hpp"

#include <utility>

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"

namespace curt::test {

using access::Key;

namespace {

Call patient_call() { return Call{Deadline::in(patience())}; }

}  // namespace

access::KeyChanges KeyStoreContract::changes(std::optional<std::int64_t> since) const {
  Call call = patient_call();
  return run(store().keys().changes(call, since)).value();
}

std::optional<Key> KeyStoreContract::add(Key key) const {
  Call call = patient_call();
  return run(store().keys().add(call, std::move(key))).value();
}

result<Key> KeyStoreContract::find_key(KeyId id) const {
  Call call = patient_call();
  return run(store().keys().find(call, id));
}

std::vector<Key> KeyStoreContract::list_keys(std::optional<access::KeyCursor> after,
                                             std::size_t limit) const {
  Call call = patient_call();
  return run(store().keys().list(call, after, limit)).value();
}

result<Key> KeyStoreContract::revoke(KeyId id, Timestamp now) const {
  Call call = patient_call();
  return run(store().keys().revoke(call, id, now));
}

result<Key> KeyStoreContract::rotate(KeyId id, access::Rotation rotation) const {
  Call call = patient_call();
  return run(store().keys().rotate(call, id, rotation));
}

void KeyStoreContract::note_used(std::vector<access::KeyUse> uses) const {
  Call call = patient_call();
  run(store().keys().note_used(call, std::move(uses))).value();
}

std::optional<Timestamp> KeyStoreContract::last_used(KeyId id) const {
  return find_key(id).value().last_used_at;
}

Key new_key(int number) {
  Key key;
  key.id = key_id(number);
  key.name = "key " + std::to_string(number);
  key.scopes = access::Scope::links_read;
  key.secret = hash_of_bytes(static_cast<unsigned char>(number));
  key.created_at = kNow;
  return key;
}

access::SecretHash hash_of_bytes(unsigned char byte) {
  access::SecretHash hash{};
  hash.fill(byte);
  return hash;
}

std::vector<int> numbers_of(const std::vector<Key>& keys) {
  std::vector<int> numbers;
  for (const Key& key : keys) numbers.push_back(std::stoi(std::string{key.id.view().substr(1)}));
  return numbers;
}

}  // namespace curt::test
