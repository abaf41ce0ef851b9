#include "curt/http/request.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include <boost/beast/core/string.hpp>

#include "curt/base/enum_names.hpp"
#include "curt/base/text.hpp"

#include "http/accepted.hpp"

namespace curt::http {
namespace {

using boost::beast::iequals;

/// How much a client wants something, and how closely the member that says so names it: the closest one
/// counts, and of those the highest weight.
struct Wish {
  unsigned weight = 0;
  int closeness = -1;  ///< -1: not named at all

  void hear(unsigned said, int how_closely) noexcept {
    if (how_closely < closeness || (how_closely == closeness && said <= weight)) return;
    weight = said;
    closeness = how_closely;
  }
};

constexpr int kAnything = 0;
constexpr int kType = 1;     // text/*
constexpr int kSpecial = 2;  // text/html;level=1
constexpr int kNamed = 3;

/// How closely the member names the media type `type`/`subtype`, if it does.
std::optional<int> closeness_of(const Accepted& accepted, std::string_view type,
                                std::string_view subtype) noexcept {
  // Some old clients of Java write * for */*.
  if (accepted.name == "*/*" || accepted.name == "*") return kAnything;
  const std::size_t slash = accepted.name.find('/');
  if (slash == std::string_view::npos || !iequals(accepted.name.substr(0, slash), type)) return std::nullopt;
  const std::string_view named = accepted.name.substr(slash + 1);
  if (named == "*") return kType;
  if (!iequals(named, subtype)) return std::nullopt;
  return accepted.has_parameters ? kSpecial : kNamed;
}

}  // namespace

std::string_view name_of(Method method) noexcept {
  using enum Method;
  static constexpr EnumNames<Method, other> kNames{
      {get, "GET"},     {head, "HEAD"},      {post, "POST"},       {put, "PUT"},
      {patch, "PATCH"}, {delete_, "DELETE"}, {options, "OPTIONS"}, {other, "other"}};
  return kNames[method];
}

bool accepts_html(const Request& request) noexcept {
  Wish html;
  std::array<Wish, 2> json;
  constexpr std::array<std::string_view, 2> kSubtypes{"json", "problem+json"};
  AcceptedReader members{request.accept};
  while (const auto accepted = members.next()) {
    if (const auto how = closeness_of(*accepted, "text", "html")) html.hear(accepted->weight, *how);
    for (std::size_t i = 0; i < json.size(); ++i) {
      const auto how = closeness_of(*accepted, "application", kSubtypes[i]);
      if (how) json[i].hear(accepted->weight, *how);
    }
  }
  if (html.weight == 0) return false;
  return std::ranges::all_of(json, [&](const Wish& other) {
    if (html.weight != other.weight) return html.weight > other.weight;
    return html.closeness > kAnything && html.closeness >= other.closeness;
  });
}

bool accepts_gzip(const Request& request) noexcept {
  Wish gzip;
  AcceptedReader members{request.accept_encoding};
  while (const auto accepted = members.next()) {
    const std::string_view coding = accepted->name;
    if (iequals(coding, "gzip") || iequals(coding, "x-gzip")) {
      gzip.hear(accepted->weight, kNamed);
    } else if (coding == "*") {
      gzip.hear(accepted->weight, kAnything);
    }
  }
  return gzip.weight > 0;
}

bool has_coded_body(const Request& request) noexcept {
  std::string_view rest = request.content_encoding;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view coding = trim_blanks(rest.substr(0, comma));
    if (!coding.empty() && !iequals(coding, "identity")) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

}  // namespace curt::http
