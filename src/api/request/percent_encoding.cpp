#include "api/request/percent_encoding.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/grammar/string_token.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace curt::api {

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
  const auto encoded = boost::urls::make_pct_string_view({text.data(), text.size()});
  if (!encoded) return std::nullopt;
  boost::urls::encoding_opts options;
  options.space_as_plus = plus == Plus::is_space;
  std::string decoded;
  encoded->decode(options, boost::urls::string_token::assign_to(decoded));
  return decoded;
}

std::string percent_encode(std::string_view text) {
  return boost::urls::encode({text.data(), text.size()}, boost::urls::unreserved_chars);
}

}  // namespace curt::api
