#include "curt/limits/subject.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::limits {
namespace {

std::string text_of(std::string_view address) { return Subject::of_client(address).text(); }

TEST(Subject, IsAnIpv4AddressAsAWhole) {
  EXPECT_EQ(text_of("192.0.2.1"), "192.0.2.1");
  EXPECT_NE(Subject::of_client("192.0.2.1"), Subject::of_client("192.0.2.2"));
}

TEST(Subject, IsTheFirst64BitsOfAnIpv6Address) {
  EXPECT_EQ(text_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(Subject::of_client("2001:db8:1:2::1"), Subject::of_client("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_NE(Subject::of_client("2001:db8:1:2::1"), Subject::of_client("2001:db8:1:3::1"));
  EXPECT_EQ(text_of("fe80::1%eth0"), "fe80::/64");
  EXPECT_EQ(text_of("::1"), "::/64");
}

TEST(Subject, OfAMappedIpv4AddressIsThatAddress) {
  EXPECT_EQ(Subject::of_client("::ffff:192.0.2.1"), Subject::of_client("192.0.2.1"));
  EXPECT_EQ(text_of("::ffff:c000:201"), "192.0.2.1");
}

TEST(Subject, OfAKeyIsThatKeyWhateverAddressItIsUsedFrom) {
  const Subject subject = Subject::of_key(KeyId::from_valid("2AbCdEfGhIjK"));
  EXPECT_TRUE(subject.is_key());
  EXPECT_EQ(subject.text(), "key:2AbCdEfGhIjK");
  EXPECT_NE(subject, Subject::of_client("192.0.2.1"));
}

TEST(Subject, OfWhatIsNoAddressIsOneForAll) {
  for (const char* text : {"", "nobody", "1.2.3.4.5", "256.1.1.1", ":::"}) {
    EXPECT_EQ(text_of(text), "unknown") << text;
  }
  EXPECT_EQ(text_of(std::string(300, '1')), "unknown");
  EXPECT_EQ(Subject::of_client("x"), Subject{});
}

TEST(Subject, HasAnotherHashWithAnotherSeed) {
  const Subject subject = Subject::of_client("192.0.2.1");
  EXPECT_EQ(subject.hash(1), Subject::of_client("192.0.2.1").hash(1));
  EXPECT_NE(subject.hash(1), subject.hash(2));
  EXPECT_NE(subject.hash(1), Subject::of_client("192.0.2.2").hash(1));
}

}  // namespace
}  // namespace curt::limits
