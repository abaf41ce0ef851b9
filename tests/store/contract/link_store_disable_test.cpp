#include <atomic>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"
#include "support/store/outbox_contract.hpp"

namespace curt::test {
namespace {

using links::LinkVersion;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> codes_of(const std::vector<Link>& links) {
  std::vector<std::string> codes;
  for (const Link& link : links) codes.emplace_back(link.code.view());
  return codes;
}

LinkVersion at(std::string_view code, std::int64_t version) { return {code_of(code), version}; }

TEST_P(LinkStoreContract, DisablesLinksInTheOrderOfTheirCodes) {
  for (const char* code : {"b", "a", "left"}) given(new_link(code, "https://example.com/"));
  const auto disabled = disable({at("b", 1), at("a", 1)}).value();
  EXPECT_THAT(codes_of(disabled), ElementsAre("a", "b"));
  EXPECT_FALSE(disabled.front().settings.enabled);
  EXPECT_EQ(disabled.front().version, 2);
  EXPECT_EQ(disabled.front().updated_at, kLater);
  reopen();
  const Link stored = find("a").value();
  EXPECT_FALSE(stored.settings.enabled);
  EXPECT_EQ(stored.version, 2);
  EXPECT_EQ(stored.updated_at, kLater);
  EXPECT_TRUE(find("left").value().settings.enabled);
  EXPECT_EQ(find("left").value().version, 1);
}

TEST_P(LinkStoreContract, DisablesNoLinkThatHasChangedIsDisabledOrIsGone) {
  for (const char* code : {"changed", "off", "deleted", "on"}) given(new_link(code, "https://example.com/"));
  links::LinkPatch patch;
  patch.target = TargetUrl::from_stored("https://example.com/new");
  ASSERT_TRUE(update("changed", patch));
  patch = {};
  patch.enabled = false;
  ASSERT_TRUE(update("off", patch));
  ASSERT_TRUE(remove("deleted"));
  const auto disabled =
      disable({at("changed", 1), at("off", 2), at("deleted", 2), at("none", 1), at("on", 1)}).value();
  EXPECT_THAT(codes_of(disabled), ElementsAre("on"));
  EXPECT_TRUE(find("changed").value().settings.enabled);
  EXPECT_EQ(find("off").value().version, 2);
  EXPECT_EQ(find("deleted").value().version, 2);
  EXPECT_THAT(disable({}).value(), IsEmpty());
}

TEST_P(OutboxContract, DisablingLinksIsAChangeOfEach) {
  given_links({"a", "b"});
  outbox_->look();
  ASSERT_EQ(disable({at("a", 1), at("b", 1)}).value().size(), 2U);
  EXPECT_EQ(outbox_->look().fresh.size(), 2U);
}

}  // namespace
}  // namespace curt::test
