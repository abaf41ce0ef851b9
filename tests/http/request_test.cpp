#include "curt/http/request.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace curt::http {
namespace {

bool takes_gzip(std::string_view accept_encoding) {
  Request request;
  request.accept_encoding = accept_encoding;
  return accepts_gzip(request);
}

TEST(AcceptsGzip, WhereItIsNamed) {
  for (const std::string_view named : {"gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1",
                                       "GZIP", "x-gzip", "deflate,gzip;q=0.001", "*", "identity, *;q=0.5"}) {
    EXPECT_TRUE(takes_gzip(named)) << named;
  }
}

TEST(AcceptsGzip, NotWhereItIsRefusedOrNotNamed) {
  for (const std::string_view not_named : {"", "identity", "br", "gzip;q=0", "gzip; q=0.000, br", "*;q=0",
                                           "gzip;q=0, *", "*, gzip;q=0", "gzipped", ";;", "\"gzip\""}) {
    EXPECT_FALSE(takes_gzip(not_named)) << not_named;
  }
}

bool wants_html(std::string_view accept) {
  Request request;
  request.accept = accept;
  return accepts_html(request);
}

TEST(AcceptsHtml, WhereItIsWantedMost) {
  for (const std::string_view accept :
       {"text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "TEXT/HTML",
        "text/*",
        "text/html;charset=utf-8",
        "text/html, */*",
        "text/html, */*; q=0.01",
        "application/json, text/html",
        "application/json;q=0.5, text/html;q=0.6",
        "application/*;q=0.5, text/*;q=0.7",
        "text/html;q=0.001",
        "text/html;q=0.5, application/json;q=0",
        "*/*;q=0.8, application/json;q=0.5, application/problem+json;q=0.5",
        "text/html;level=1",
        " text/html ; q=1.0 ",
        "text/html;Q=.5",
        "text/html;q=\"0.5\"",
        "text/html;q=2",
        "text/html;q=high",
        "text/html;q=",
        "text/html;q",
        "text/html;q=-1",
        ",,text/html,,",
        "text/html; x=\"a,b;q=0\"",
        "text/html;q=0.0001"}) {
    EXPECT_TRUE(wants_html(accept)) << accept;
  }
}

TEST(AcceptsHtml, NotWhereJsonIsWantedAsMuchOrHtmlIsExcluded) {
  for (const std::string_view accept : {"",
                                        "*/*",
                                        "*",
                                        "application/json",
                                        "application/problem+json",
                                        "application/json, text/plain, */*",
                                        "text/html;q=0",
                                        "text/html;q=0.0",
                                        "text/html;q=0.000, */*",
                                        "text/html ; Q=0, text/*",
                                        "text/*;q=0",
                                        "application/json, text/html;q=0.9",
                                        "application/json, text/html;q=0.9, */*;q=0.1",
                                        "application/problem+json, text/html;q=0.5",
                                        "*/*, text/html;q=0.5",
                                        "text/*, application/json",
                                        "text/html;q=0.5, application/json;q=0.51",
                                        "application/*, text/html;q=0.9",
                                        "text/htmlx",
                                        "xtext/html",
                                        "text/plain",
                                        "html",
                                        "text/html/x",
                                        "\"text/html\"",
                                        "text/html;q=0, text/html;level=1",
                                        "*/*;q=0.5",
                                        "image/png",
                                        ";q=1",
                                        ";;,;,",
                                        "application/xhtml+xml"}) {
    EXPECT_FALSE(wants_html(accept)) << accept;
  }
}

bool is_coded(std::string_view content_encoding) {
  Request request;
  request.content_encoding = content_encoding;
  return has_coded_body(request);
}

TEST(HasCodedBody, WhereAnythingButIdentityIsNamed) {
  for (const std::string_view coding : {"gzip", "GZIP", "br", "deflate", "identity, gzip", "gzip, identity",
                                        "x", "identity;q=1", "aws-chunked", "\"identity\"", ",,gzip"}) {
    EXPECT_TRUE(is_coded(coding)) << coding;
  }
  for (const std::string_view none : {"", "identity", "Identity", " identity , identity", ",", " , ,"}) {
    EXPECT_FALSE(is_coded(none)) << none;
  }
}

}  // namespace
}  // namespace curt::http
