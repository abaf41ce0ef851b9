#include "app/instance/hidden_links.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/logging.hpp"

#include "support/fakes/fake_link_store.hpp"
#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/stored_link.hpp"

namespace curt::app {
namespace {

using test::stored;
using testing::HasSubstr;

class HiddenLinks : public testing::Test {
 protected:
  HiddenLinks() { log::configure(log::Format::json, log::Level::info, log_); }
  ~HiddenLinks() override { log::configure(log::Format::text, log::Level::info, log::Stream::err); }
  HiddenLinks(const HiddenLinks&) = delete;
  HiddenLinks& operator=(const HiddenLinks&) = delete;

  std::string warned() {
    test::run(warn_of_hidden_links(store_));
    return log_.str();
  }

  test::FakeLinkStore store_;

 private:
  std::ostringstream log_;
};

TEST_F(HiddenLinks, AreToldOfInOneLine) {
  for (const char* code : {"metrics", "docs", "Health", "api", "live", "abc"}) {
    store_.put(stored(code, "https://example.com/"));
  }
  const std::string line = warned();
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
  EXPECT_THAT(line, HasSubstr(R"("level":"warn")"));
  EXPECT_THAT(line, HasSubstr(R"("codes":"metrics docs")"));
}

TEST_F(HiddenLinks, AreNotToldOfWhereThereAreNone) {
  store_.put(stored("abc", "https://example.com/"));
  Link deleted = stored("docs", "https://example.com/");
  deleted.deleted_at = test::kNow;
  store_.put(deleted);
  EXPECT_EQ(warned(), "");
}

TEST_F(HiddenLinks, AreNotToldOfWhileTheStoreDoesNotAnswer) {
  store_.put(stored("docs", "https://example.com/"));
  store_.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(warned(), "");
}

}  // namespace
}  // namespace curt::app
