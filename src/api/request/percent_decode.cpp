#include "api/request/percent_decode.hpp"

#include <boost/url/pct_string_view.hpp>

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

}  // namespace curt::api
