#include "http/repeated_lines.hpp"

#include <exception>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::http {
namespace {

constexpr std::string_view kVarious = "various errors, each of its own text";

}  // namespace

void RepeatedLines::add(std::string_view request_id, std::string_view error) noexcept {
  try {
    if (is_counted(request_id, error)) return;
  } catch (const std::exception&) {  // out of memory: a line too many is better than one too few
  }
  log::error(message_, {{"request_id", request_id}, {"error", error}});
}

bool RepeatedLines::is_counted(std::string_view request_id, std::string_view error) {
  const std::lock_guard lock{mutex_};
  const auto known = texts_.find(error);
  if (known == texts_.end() && texts_.size() < kMostTexts) {
    texts_.emplace(error, Repeats{});
    return false;
  }
  Repeats& repeats = known == texts_.end() ? others_ : known->second;
  repeats.request_id = request_id;
  ++repeats.times;
  return true;
}

void RepeatedLines::tell() {
  Texts told;
  Repeats others;
  {
    const std::lock_guard lock{mutex_};
    if (texts_.empty()) return;
    told.swap(texts_);
    for (const auto& [text, repeats] : told) {
      if (repeats.times > 0) texts_.emplace(text, Repeats{});
    }
    others = std::exchange(others_, {});
  }
  for (const auto& [text, repeats] : told) log(text, repeats);
  log(kVarious, others);
}

void RepeatedLines::log(std::string_view error, const Repeats& repeats) const noexcept {
  if (repeats.times == 0) return;
  log::error(message_, {{"request_id", repeats.request_id}, {"error", error}, {"times", repeats.times}});
}

}  // namespace curt::http
