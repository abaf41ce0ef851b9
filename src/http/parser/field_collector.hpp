#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "curt/http/request.hpp"

namespace curt::http {

/// The headers that decide where a request ends; counted, because a repeated one is an attack or a fault.
struct FramingFields {
  unsigned hosts = 0;
  unsigned lengths = 0;
  std::string_view length;
  unsigned encodings = 0;
  std::string_view encoding;
  std::string_view expect;
};

/// Beast's parser of a request's head, storing only the fields that we use, which takes about half the time
/// of one that stores all. For one request; views go into the parsed bytes or into
/// this. It is given no body.
class FieldCollector final : public boost::beast::http::basic_parser<true> {
 public:
  /// Fills `request` and `framing`.
  FieldCollector(Request& request, FramingFields& framing);

  using Base = boost::beast::http::basic_parser<true>;

 private:
  using string_view = boost::beast::string_view;
  using error_code = boost::beast::error_code;

  void on_request_impl(boost::beast::http::verb method, string_view method_name, string_view target,
                       int version, error_code& ec) override;
  void on_response_impl(int code, string_view reason, int version, error_code& ec) override;
  void on_field_impl(boost::beast::http::field name, string_view name_text, string_view value,
                     error_code& ec) override;
  void on_header_impl(error_code& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override;
  std::size_t on_body_impl(string_view body, error_code& ec) override;
  void on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, string_view body, error_code& ec) override;
  void on_finish_impl(error_code& ec) override;

  /// Lists of which a request has several fields, each as one. Few requests do.
  struct Joined {
    std::string accept;
    std::string accept_encoding;
    std::string content_encoding;
    std::string if_match;
    std::string forwarded_for;
  };

  void collect_unlisted(std::string_view name, std::string_view value);

  /// Adds a field to a list (RFC 9110, section 5.3), which is in `joined` where it has several.
  void add_to(std::string_view& list, std::string Joined::* joined, std::string_view value);

  Request& request_;
  FramingFields& framing_;
  std::unique_ptr<Joined> joined_;
};

}  // namespace curt::http
