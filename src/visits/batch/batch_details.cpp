#include "visits/batch/batch_details.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "curt/base/utf8.hpp"
#include "curt/visits/ring/request_record.hpp"

#include "visits/batch/batch_bytes.hpp"

namespace curt::visits {
namespace {

constexpr std::uint64_t kNoText = 0;
constexpr std::uint64_t kNewText = 1;
constexpr std::uint64_t kFirstText = 2;

bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_plain(char c) noexcept { return c >= 0x20 && c < 0x7f; }

/// Whether every database accepts the text.
bool is_clean(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_plain) ||
         (std::none_of(text.begin(), text.end(), is_control) && is_utf8(text));
}

/// Size of the UTF-8 character at the start of the text; 0 if there is none.
std::size_t character(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size) {
    if (is_utf8(text.substr(0, size))) return size;
  }
  return 0;
}

/// The URL; nothing if its part before the path would name another host: cleaned, or cut by the ring.
std::string_view sound_referrer(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = url.find_first_of("/?#", begin);
  const bool may_be_cut = end == std::string_view::npos && url.size() >= RequestRecord::kMaxReferrer;
  return may_be_cut || !is_clean(url.substr(0, end)) ? std::string_view{} : url;
}

std::string cleaned(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t size = character(text);
    const bool keep = size > 0 && !is_control(text.front());
    clean.append(keep ? text.substr(0, size) : "?");
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return clean;
}

/// Reads texts, each of which may repeat an earlier one.
class Texts {
 public:
  std::string_view take(BatchReader& in, std::size_t most) {
    const std::uint64_t which = in.number(known_.size() + kNewText);
    if (which == kNoText) return {};
    std::string_view text;
    if (which == kNewText) {
      text = known_.emplace_back(in.text(std::numeric_limits<std::uint8_t>::max()));
      if (text.empty() || !is_clean(text)) in.fail();
    } else {
      text = known_[which - kFirstText];
    }
    if (text.size() > most) in.fail();
    return text;
  }

 private:
  std::vector<std::string_view> known_;
};

}  // namespace

bool DetailsEncoder::is_text(std::uint32_t number, std::string_view text) const noexcept {
  const auto [offset, size] = texts_[number];
  return std::string_view{body_.data() + offset, size} == text;
}

void DetailsEncoder::put(Field field, std::string_view text, std::size_t most) {
  text = text.substr(0, most);
  if (text.empty()) {
    put_number(body_, kNoText);
    return;
  }
  std::uint32_t& number = last_[field];
  if (number >= texts_.size() || !is_text(number, text)) {
    // Clean the text first: the index holds cleaned texts, so a raw one would never be found again.
    const std::string replaced = is_clean(text) ? std::string{} : cleaned(text);
    if (!replaced.empty()) text = replaced;
    const auto next = static_cast<std::uint32_t>(texts_.size());
    number = index_.find_or_add(text, 0, next, [&](std::uint32_t known) { return is_text(known, text); });
    if (number == next) {
      put_new(text);
      return;
    }
  }
  put_number(body_, kFirstText + number);
}

void DetailsEncoder::put_new(std::string_view text) {
  put_number(body_, kNewText);
  put_number(body_, text.size());
  texts_.push_back({static_cast<std::uint32_t>(body_.size()), static_cast<std::uint32_t>(text.size())});
  body_.append(text);
}

void DetailsEncoder::add(const DetailView& detail) {
  put(Field::code, detail.code, RequestRecord::kMaxCode);
  const std::int64_t at = detail.at.time_since_epoch().count();
  // Differences wrap around rather than overflow, whatever the times are.
  put_signed(body_, static_cast<std::int64_t>(static_cast<std::uint64_t>(at) -
                                              static_cast<std::uint64_t>(std::exchange(last_at_, at))));
  put_signed(body_, detail.version);
  put_number(body_, detail.bot ? 1 : 0);
  put(Field::address, detail.address, RequestRecord::kMaxClient);
  put(Field::referrer, sound_referrer(detail.referrer), RequestRecord::kMaxReferrer);
  put(Field::user_agent, detail.user_agent, RequestRecord::kMaxUserAgent);
  ++count_;
}

std::string DetailsEncoder::finish(const BatchId& id) {
  std::string out;
  if (count_ > 0) {
    out.reserve(body_.size() + 64);
    put_begin(out, BatchPart::details, id);
    put_number(out, count_);
    out.append(body_);
    put_checksum(out);
  }
  body_.clear();
  count_ = 0;
  last_at_ = 0;
  texts_.clear();
  last_ = {};
  index_.clear();
  return out;
}

std::optional<std::vector<VisitDetail>> decode_details(std::string_view bytes, const BatchId& id) {
  BatchReader in{bytes};
  if (in.begin(BatchPart::details) != id) return std::nullopt;
  const std::uint64_t count = in.number();
  if (count == 0) return std::nullopt;
  std::vector<VisitDetail> details;
  Texts texts;
  std::int64_t last_at = 0;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::string_view code = texts.take(in, RequestRecord::kMaxCode);
    if (!ShortCode::is_valid(code)) return std::nullopt;
    VisitDetail& detail = details.emplace_back();
    detail.code = ShortCode::from_valid(code);
    last_at = static_cast<std::int64_t>(static_cast<std::uint64_t>(last_at) +
                                        static_cast<std::uint64_t>(in.signed_number()));
    detail.at = Timestamp{std::chrono::milliseconds{last_at}};
    detail.version = in.signed_number();
    detail.bot = in.number(1) == 1;
    detail.address = texts.take(in, RequestRecord::kMaxClient);
    detail.referrer = texts.take(in, RequestRecord::kMaxReferrer);
    detail.user_agent = texts.take(in, RequestRecord::kMaxUserAgent);
  }
  if (!in.done()) return std::nullopt;
  return details;
}

}  // namespace curt::visits
