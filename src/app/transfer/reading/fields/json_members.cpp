#include "app/transfer/reading/fields/json_members.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "curt/base/units.hpp"

namespace curt::app {
namespace {

using nlohmann::json;

Error malformed(std::string detail) { return {ErrorCode::malformed_json, std::move(detail)}; }

/// Gathers the members while nlohmann reads the text, so that no tree is built.
class Members final : public json::json_sax_t {
 public:
  bool null() override { return in_list_ || add(std::string{}); }  // SQL makes a list of no tags one of NULL
  bool boolean(bool value) override { return add(value ? "true" : "false"); }
  bool number_integer(json::number_integer_t value) override { return add(fmt::format("{}", value)); }
  bool number_unsigned(json::number_unsigned_t value) override { return add(fmt::format("{}", value)); }
  bool number_float(json::number_float_t /*value*/, const std::string& text) override {
    const auto integer = parse_json_integer(text);
    return add(integer ? fmt::format("{}", *integer) : text);
  }
  bool string(std::string& value) override { return add(std::move(value)); }
  bool binary(json::binary_t& /*value*/) override { return true; }

  bool start_object(std::size_t /*elements*/) override {
    if (depth_ == 0) is_object_ = true;
    if (depth_ == 1) outer_ = key_ + '.';
    ++depth_;
    return true;
  }

  bool end_object() override {
    --depth_;
    if (depth_ == 1) outer_.clear();
    return true;
  }

  bool start_array(std::size_t /*elements*/) override {
    if (depth_ == 1 && is_object_) {
      add(std::string{});
      members_.back().is_list = true;
      in_list_ = true;
    }
    ++depth_;
    return true;
  }

  bool end_array() override {
    --depth_;
    if (depth_ == 1) in_list_ = false;
    return true;
  }

  bool key(std::string& key) override {
    key_ = std::move(key);
    if (depth_ != 1) return true;
    if (!names_.insert(key_).second) {
      error_ = malformed(fmt::format("The field \"{}\" is repeated.", key_));
      return false;
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const json::exception& /*failure*/) override {
    error_ = malformed(fmt::format("is not JSON: error at byte {}", position));
    return false;
  }

  [[nodiscard]] result<std::vector<JsonMember>> take() {
    if (error_) return *std::move(error_);
    if (!is_object_) return malformed("is not a JSON object");
    return std::move(members_);
  }

 private:
  bool add(std::string text) {
    if (in_list_) {
      const bool named = depth_ == 3 && key_ == "name";
      if (depth_ == 2 || named) members_.back().list.push_back(std::move(text));
    } else if (depth_ == 1 && is_object_) {
      members_.push_back({key_, std::move(text), {}});
    } else if (depth_ == 2 && !outer_.empty()) {
      members_.push_back({outer_ + key_, std::move(text), {}});
    }
    return true;
  }

  std::vector<JsonMember> members_;
  std::unordered_set<std::string> names_;  ///< of the object itself
  bool is_object_ = false;
  bool in_list_ = false;
  std::size_t depth_ = 0;
  std::string key_;
  std::string outer_;  ///< the name of the object that is gone through, with a dot; empty in no such object
  std::optional<Error> error_;
};

}  // namespace

result<std::vector<JsonMember>> read_members(std::string_view text) {
  Members members;
  json::sax_parse(text, &members);
  return members.take();
}

}  // namespace curt::app
