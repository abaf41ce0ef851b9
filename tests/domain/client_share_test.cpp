#include "curt/domain/client_share.hpp"

#include <gtest/gtest.h>

namespace curt {
namespace {

TEST(ClientShare, IsToldFromOtherOverloads) {
  EXPECT_EQ(client_has_its_share().code, ErrorCode::overloaded);
  EXPECT_TRUE(is_for_its_share(client_has_its_share()));
  EXPECT_FALSE(is_for_its_share({ErrorCode::overloaded, "too many requests wait for the store"}));
  EXPECT_FALSE(is_for_its_share({ErrorCode::unavailable, client_has_its_share().detail}));
}

}  // namespace
}  // namespace curt
