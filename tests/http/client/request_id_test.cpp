#include "http/client/request_id.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::http {
namespace {

TEST(RequestId, OfAProxyIsTakenIfItIsFitForLogsAndHeaders) {
  for (const char* id : {"a", "5f0c1d7e9a3b4c2d", "01HF:req/7_8.9~z", "a=b&c"}) {
    EXPECT_TRUE(is_sane_request_id(id)) << id;
  }
  EXPECT_TRUE(is_sane_request_id(std::string(128, 'x')));
  EXPECT_FALSE(is_sane_request_id(std::string(129, 'x')));
  for (const char* id : {"", " ", "a b", "a\tb", "a\nb", "a\"b", "a\\b", "a,b", "a;b", "a\x7f", "\xc3\xa4"}) {
    EXPECT_FALSE(is_sane_request_id(id)) << id;
  }
}

}  // namespace
}  // namespace curt::http
