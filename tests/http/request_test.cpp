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

}  // namespace
}  // namespace curt::http
