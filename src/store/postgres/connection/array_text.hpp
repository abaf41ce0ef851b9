#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "curt/base/timestamp.hpp"
#include "curt/domain/key_id.hpp"

namespace curt::store::postgres {

/// The text form of an array parameter, such as {"a","b",NULL} (PostgreSQL manual, section 8.15.2).
class ArrayText {
 public:
  void add(std::string_view text);
  void add(const std::string& text) { add(std::string_view{text}); }
  void add(std::int64_t number);
  void add(bool flag);
  void add(const KeyId& id) { add(id.view()); }
  void add(Timestamp time) { add(std::int64_t{time.time_since_epoch().count()}); }
  template <class T>
  void add(const std::optional<T>& value) {
    value ? add(*value) : add_null();
  }
  void add_null();

  /// The whole array; nothing may be added afterwards.
  [[nodiscard]] std::string take();

 private:
  void separate();

  std::string text_ = "{";
};

}  // namespace curt::store::postgres
