#include "app/instance/hidden_links.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/api/routes.hpp"
#include "curt/base/logging.hpp"

#include "support/fakes/fake_link_store.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/stored_link.hpp"

namespace curt::app {
namespace {

using test::stored;
using testing::HasSubstr;

class HiddenLinksTest : public testing::Test {
 protected:
  void SetUp() override { log::configure(log::Format::json, log::Level::info, log_); }
  void TearDown() override { log::configure(log::Format::text, log::Level::info, log::Stream::err); }

  /// What is logged until there is nothing more to ask.
  std::string warned() {
    hidden_.start(context_.get_executor());
    context_.run();
    return log_.str();
  }

  test::FakeLinkStore store_;
  std::ostringstream log_;
  HiddenLinks hidden_{store_, std::chrono::milliseconds{1}};
  net::io_context context_{1};
};

TEST_F(HiddenLinksTest, AreToldOfInOneLine) {
  for (const char* code : {"metrics", "docs", "Health", "api", "live", "abc"}) {
    store_.put(stored(code, "https://example.com/"));
  }
  const std::string line = warned();
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
  EXPECT_THAT(line, HasSubstr(R"("level":"warn")"));
  EXPECT_THAT(line, HasSubstr(R"("codes":"metrics docs")"));
}

TEST_F(HiddenLinksTest, AreNotToldOfWhereThereAreNone) {
  store_.put(stored("abc", "https://example.com/"));
  Link deleted = stored("docs", "https://example.com/");
  deleted.deleted_at = test::kNow;
  store_.put(deleted);
  EXPECT_EQ(warned(), "");
}

TEST_F(HiddenLinksTest, AreToldOfOnceTheStoreAnswersAgain) {
  std::string codes;
  for (const ShortCode& code : api::hidden_codes()) {
    store_.put(stored(code.view(), "https://example.com/"));
    codes.append(codes.empty() ? "" : " ").append(code.view());
  }
  store_.hold();
  hidden_.start(context_.get_executor());
  // The first lookup is answered, the ones that follow fail.
  context_.run_one();
  store_.fail_with(ErrorCode::unavailable);
  store_.release_all();
  while (store_.finds() < 5 && context_.run_one() > 0) {
  }
  EXPECT_EQ(log_.str(), "");
  store_.fail_with(std::nullopt);
  context_.run();
  const std::string line = log_.str();
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
  EXPECT_THAT(line, HasSubstr(fmt::format(R"("codes":"{}")", codes)));
}

TEST_F(HiddenLinksTest, AreAskedForNoMoreOnceStopped) {
  store_.fail_with(ErrorCode::unavailable);
  HiddenLinks patient{store_, std::chrono::hours{1}};
  patient.start(context_.get_executor());
  context_.run_one();
  patient.stop();
  context_.run();
  EXPECT_EQ(store_.finds(), 1U);
}

}  // namespace
}  // namespace curt::app
