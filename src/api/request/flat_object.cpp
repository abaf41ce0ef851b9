#include "api/request/flat_object.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "curt/base/units.hpp"

namespace curt::api {
namespace {

using nlohmann::json;

Error malformed(std::string detail) { return {ErrorCode::malformed_json, std::move(detail)}; }

/// Builds the object while nlohmann reads the text. Its own builder, given a callback to see repeated keys,
/// looks through all of an array whenever an object in it ends: 64 KiB of "{}," take it 60 ms.
class FlatObject final : public json::json_sax_t {
 public:
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(json::number_integer_t value) override { return add(value); }
  bool number_unsigned(json::number_unsigned_t value) override { return add(value); }
  bool number_float(json::number_float_t value, const std::string& text) override {
    // 3600.0 is an integer: JSON has one kind of number.
    const auto integer = parse_json_integer(text);
    return integer ? add(*integer) : add(value);
  }
  bool string(std::string& value) override { return add(std::move(value)); }
  bool binary(json::binary_t& value) override { return add(std::move(value)); }

  bool start_object(std::size_t /*elements*/) override { return open(json::object()); }
  bool start_array(std::size_t /*elements*/) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(std::string& key) override {
    if (depth_ != 1) return true;
    key_ = std::move(key);
    if (!object_.contains(key_)) return true;
    error_ = malformed(fmt::format("The field \"{}\" is repeated.", quotable(key_)));
    return false;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const json::exception& failure) override {
    constexpr int kNumberTooLarge = 406;
    error_ = failure.id == kNumberTooLarge
                 ? malformed("The body holds a number that is too large.")
                 : malformed(fmt::format("The body is not JSON: error at byte {}.", position));
    return false;
  }

  [[nodiscard]] result<json::object_t> take() {
    if (error_) return *std::move(error_);
    if (!is_object_) return malformed("The body is not a JSON object.");
    return std::move(object_);
  }

 private:
  bool add(json value) {
    if (!is_object_) return true;
    if (depth_ == 1) {
      object_[key_] = std::move(value);
    } else if (depth_ == 2 && array_ != nullptr) {
      array_->push_back(std::move(value));
    }
    return true;
  }

  bool open(json empty) {
    if (depth_ == 0) is_object_ = empty.is_object();
    const bool is_array = empty.is_array();
    if (depth_ > 0) add(std::move(empty));
    if (depth_ == 1 && is_object_) array_ = is_array ? &object_[key_] : nullptr;
    ++depth_;
    return true;
  }

  bool close() {
    --depth_;
    return true;
  }

  json::object_t object_;
  bool is_object_ = false;  ///< the whole is one
  std::size_t depth_ = 0;
  std::string key_;        ///< of the whole
  json* array_ = nullptr;  ///< the array that is filled at depth 2; null in an object
  std::optional<Error> error_;
};

}  // namespace

result<json::object_t> parse_flat_object(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return malformed("The body is empty; a JSON object is expected.");
  }
  // nlohmann takes a zero byte for the end of the text.
  if (const std::size_t zero = body.find('\0'); zero != std::string_view::npos) {
    return malformed(fmt::format("The body is not JSON: error at byte {}.", zero + 1));
  }
  FlatObject object;
  json::sax_parse(body.begin(), body.end(), &object);
  return object.take();
}

std::string quotable(std::string_view field) {
  constexpr std::size_t kMost = 64;
  if (field.size() <= kMost) return std::string{field};
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(field[end]) & 0xc0U) == 0x80U) --end;  // within a character
  return std::string{field.substr(0, end)} + "…";
}

}  // namespace curt::api
