#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/link_store_contract.hpp"

namespace curt::test {
namespace {

using links::Cursor;
using links::LinkPage;
using links::NewLink;
using testing::ElementsAre;
using testing::IsEmpty;

NewLink made_at(std::string_view code, Timestamp time) {
  NewLink link = new_link(code, "https://example.com/");
  link.created_at = time;
  return link;
}

TEST_P(LinkStoreContract, WhatChangedSinceAMomentIsThereInTheOrderOfItsChanges) {
  given(made_at("before", kNow - std::chrono::milliseconds{1}));
  given(made_at("untouched", kNow));
  given(made_at("deleted", kNow - std::chrono::hours{1}));
  given(made_at("edited", kNow - std::chrono::hours{1}));
  ASSERT_TRUE(update("edited", with_title("title")));
  ASSERT_TRUE(remove("deleted"));
  const LinkPage page = changed_since(kNow).value();
  EXPECT_THAT(codes_of(page.links), ElementsAre("untouched", "deleted", "edited"));
  EXPECT_FALSE(page.next.has_value());
  EXPECT_EQ(page.links[1].deleted_at, kLater);
  EXPECT_EQ(page.links[1].version, 2);
  EXPECT_EQ(page.links[2].title, "title");
  EXPECT_THAT(changed_since(kLater + std::chrono::milliseconds{1}).value().links, IsEmpty());
}

TEST_P(LinkStoreContract, PagingThroughChangesSeesEveryLinkOnce) {
  std::vector<std::string> wanted;
  for (int i = 0; i < 10; ++i) {
    // Three of each millisecond, so that pages of four end between equals.
    const std::string code{static_cast<char>('a' + i)};
    given(made_at(code, kNow + std::chrono::milliseconds{i / 3}));
    wanted.push_back(code);
  }
  std::vector<std::string> seen;
  std::optional<Cursor> after;
  std::size_t pages = 0;
  do {
    const LinkPage page = changed_since(kNow, after, 4).value();
    for (const std::string& code : codes_of(page.links)) seen.push_back(code);
    after = page.next;
    ++pages;
  } while (after && pages < 10);
  EXPECT_EQ(seen, wanted);
  EXPECT_EQ(pages, 3U);
}

TEST_P(LinkStoreContract, ACursorOfCodesIsRefusedForChanges) {
  EXPECT_EQ(error_of(changed_since(kNow, Cursor{code_of("a"), code_of("a")})), ErrorCode::invalid_value);
}

}  // namespace
}  // namespace curt::test
