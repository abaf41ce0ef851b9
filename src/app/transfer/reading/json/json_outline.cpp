#include "app/transfer/reading/json/json_outline.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <nlohmann/json.hpp>

namespace curt::app {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMostMembers = 100;

/// Whether a member of this name tells what its object leads to: url, longUrl, target, destination. What
/// pages of an API and their metadata have, such as next_url, base_url and site, does not.
bool names_a_target(std::string_view key) {
  const std::string name = boost::to_lower_copy(std::string{key});
  constexpr std::array kTarget{"url", "link", "target", "dest", "redirect", "href", "location", "original"};
  constexpr std::array kPage{"next", "prev", "page", "base", "self",  "first",
                             "last", "site", "api",  "home", "domain"};
  const auto is_in = [&](const char* word) { return boost::contains(name, word); };
  return std::any_of(kTarget.begin(), kTarget.end(), is_in) &&
         std::none_of(kPage.begin(), kPage.end(), is_in);
}

/// Listens to nlohmann's parser.
class Outliner final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Outliner(JsonOutline& outline) : outline_(outline) {}

  bool null() override { return scalar(); }
  bool boolean(bool) override { return scalar(); }
  bool number_integer(number_integer_t) override { return scalar(); }
  bool number_unsigned(number_unsigned_t) override { return scalar(); }
  bool number_float(number_float_t, const string_t&) override { return scalar(); }
  bool binary(binary_t&) override { return scalar(); }

  bool string(string_t& value) override {
    if (!open_.empty() && looks_like_url(value)) {
      open_.back().has_url = true;
      if (open_.size() == 1 && !open_.back().is_array && names_a_target(key_)) outline_.names_its_url = true;
    }
    return scalar();
  }

  bool key(string_t& value) override {
    key_ = std::move(value);
    if (open_.size() == 1 && outline_.members.size() < kMostMembers) outline_.members.push_back(key_);
    return true;
  }

  bool start_object(std::size_t) override { return begin(false); }
  bool start_array(std::size_t) override { return begin(true); }
  bool end_object() override { return end(true); }
  bool end_array() override { return end(true); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    outline_.stopped_at = position == 0 ? 0 : position - 1;
    return false;
  }

  /// What is still open has ended with the text that there is.
  void finish() {
    while (!open_.empty()) end(false);
    for (const bool array : {true, false}) {
      for (const Candidate& candidate : candidates_) {
        if (outline_.list || candidate.is_array != array) continue;
        outline_.list = candidate.members;
        outline_.list_is_array = array;
      }
    }
  }

 private:
  /// An object or array whose end has not been seen.
  struct Open {
    bool is_array = false;
    std::string name{};          ///< of the member that it is
    std::size_t candidates = 0;  ///< how many there were before it
    std::size_t objects = 0;     ///< elements that are objects
    std::size_t objects_with_url = 0;
    std::size_t others = 0;  ///< elements that are not
    bool has_url = false;    ///< an element is a URL
  };

  struct Candidate {
    bool is_array = false;
    std::vector<std::string> members;
  };

  bool scalar() {
    if (!open_.empty()) ++open_.back().others;
    return true;
  }

  bool begin(bool is_array) {
    if (open_.empty()) outline_.root = is_array ? JsonOutline::Root::array : JsonOutline::Root::object;
    const bool is_member = !open_.empty() && !open_.back().is_array;
    open_.push_back({.is_array = is_array, .name = is_member ? key_ : "", .candidates = candidates_.size()});
    return true;
  }

  bool end(bool seen) {
    const Open ended = std::move(open_.back());
    open_.pop_back();
    // What is inside the elements of a list is part of them.
    if (is_list(ended)) {
      if (auto members = way_to(ended)) {
        candidates_.resize(ended.candidates);
        candidates_.push_back({ended.is_array, *std::move(members)});
      }
    }
    if (open_.empty()) {
      outline_.has_url = ended.has_url && !ended.is_array;
      return true;
    }
    Open& parent = open_.back();
    if (ended.is_array) {
      ++parent.others;
    } else if (seen || ended.has_url) {
      // An element of which only the beginning is there may still have a URL.
      ++parent.objects;
      if (ended.has_url) ++parent.objects_with_url;
    }
    return true;
  }

  /// Of an array one element with a URL is enough, as others may be broken. Among objects of objects are many
  /// that are something else.
  static bool is_list(const Open& ended) {
    if (ended.others > 0 || ended.objects_with_url == 0) return false;
    return ended.is_array || ended.objects_with_url == ended.objects;
  }

  /// The members from the root to `ended`, which has just been taken from open_. Nothing where an element of
  /// an array is on the way.
  [[nodiscard]] std::optional<std::vector<std::string>> way_to(const Open& ended) const {
    std::vector<std::string> members;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (open_[i].is_array) return std::nullopt;
      members.push_back(i + 1 < open_.size() ? open_[i + 1].name : ended.name);
    }
    return members;
  }

  JsonOutline& outline_;
  std::vector<Open> open_;
  std::vector<Candidate> candidates_;
  std::string key_;
};

}  // namespace

bool looks_like_url(std::string_view text) noexcept {
  const std::size_t end = text.find("://");
  if (end == kNone || end == 0 || text.size() == end + 3) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto fits = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  const std::string_view scheme = text.substr(0, end);
  return is_letter(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), fits);
}

JsonOutline outline_of(std::string_view text, JsonOutline::Extent extent) {
  using Outcome = JsonOutline::Outcome;
  JsonOutline outline;
  Outliner outliner{outline};
  const bool strict = extent == JsonOutline::Extent::whole;
  const bool complete = nlohmann::json::sax_parse(text.begin(), text.end(), &outliner,
                                                  nlohmann::json::input_format_t::json, strict);
  if (!complete) outline.outcome = outline.stopped_at >= text.size() ? Outcome::cut_off : Outcome::malformed;
  outliner.finish();
  return outline;
}

}  // namespace curt::app
