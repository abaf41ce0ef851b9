// Links whose codes other software made, through everything that has to do with a code.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/visit_cluster.hpp"
#include "support/eventually.hpp"

namespace curt::test {
namespace {

using testing::HasSubstr;

constexpr const char* kOld = "https://old.example/";
constexpr const char* kNew = "https://new.example/";

/// The codes, in the order of their bytes.
const std::vector<std::string> kCodes{"v1.2", "~x", "été", "Ελλάδα", "日本"};

/// Two instances with their worker, over links of these codes that nobody has visited.
class ForeignCodes : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string& code : kCodes) {
      cluster_.ask_database(fmt::format(
          "INSERT INTO links (code, target, target_hash, tags, redirect_status, forward_query, enabled, "
          "created_at, updated_at, version) VALUES ('{}', '{}', 0, '[]', 302, false, true, 1, 1, 1)",
          code, kOld));
    }
    for (int i = 0; i < 2; ++i) cluster_.start(kLongMemory);
    cluster_.start_worker();
  }

  std::optional<RawResponse> ask_instance(std::size_t instance, std::string_view method,
                                          std::string_view path, const nlohmann::json& body = nullptr) {
    RawClient client{cluster_[instance].port()};
    return ask(client, method, path, body);
  }

  std::string target_of(std::size_t instance, const std::string& path) {
    const auto answer = ask_instance(instance, "GET", path);
    return answer ? answer->header("Location") : "nothing";
  }

  unsigned status_of(std::size_t instance, const std::string& path) {
    const auto answer = ask_instance(instance, "GET", path);
    return answer ? answer->status : 0;
  }

  VisitCluster cluster_{0};
};

TEST_F(ForeignCodes, LeadToTheirTargetsRawEncodedAndDecomposed) {
  for (const std::size_t instance : {0U, 1U}) {
    for (const std::string& code : kCodes) EXPECT_EQ(target_of(instance, "/" + code), kOld) << code;
    EXPECT_EQ(target_of(instance, "/%C3%A9t%C3%A9"), kOld);
    EXPECT_EQ(target_of(instance, "/e\u0301te\u0301"), kOld);
    EXPECT_EQ(target_of(instance, "/%E6%97%A5%E6%9C%AC"), kOld);
    EXPECT_EQ(target_of(instance, "http://localhost/été"), kOld) << "the absolute form";
    for (const char* path : {"/\xff", "/%C0%AE%C0%AE", "/..", "/%2e%2e", "/ÉTÉ"}) {
      EXPECT_EQ(status_of(instance, path), 404U) << path;
    }
  }
}

TEST_F(ForeignCodes, AreEditedAndDeletedForAllInstances) {
  for (const std::string& code : kCodes) {
    for (const std::size_t instance : {0U, 1U}) ASSERT_EQ(target_of(instance, "/" + code), kOld);
    const auto edited = ask_instance(0, "PATCH", "/api/v1/links/" + code, {{"url", kNew}});
    ASSERT_TRUE(edited && edited->status == 200U) << code;
    EXPECT_EQ(nlohmann::json::parse(edited->body)["code"], code);
    EXPECT_TRUE(eventually([&] { return target_of(1, "/" + code) == kNew; })) << code;
    const auto removed = ask_instance(1, "DELETE", "/api/v1/links/" + code);
    ASSERT_TRUE(removed && removed->status == 204U) << code;
    EXPECT_TRUE(eventually([&] { return status_of(0, "/" + code) == 410U; })) << code;
  }
}

TEST_F(ForeignCodes, HaveTheirVisitsCountedWhateverFormTheyCameIn) {
  std::uint64_t visits = 0;
  for (const char* path : {"/été", "/e\u0301te\u0301", "/%C3%A9t%C3%A9", "/日本", "/v1.2"}) {
    ASSERT_EQ(target_of(visits % 2, path), kOld) << path;
    ++visits;
  }
  ASSERT_TRUE(cluster_.await_persisted(visits));
  const auto total_of = [this](const char* code) {
    const auto answer = ask_instance(0, "GET", fmt::format("/stats/{}", code));
    return nlohmann::json::parse(answer.value().body)["visits"]["total"].get<int>();
  };
  EXPECT_EQ(total_of("été"), 3);
  EXPECT_EQ(total_of("%E6%97%A5%E6%9C%AC"), 1);
  EXPECT_EQ(total_of("v1.2"), 1);
  EXPECT_EQ(total_of("~x"), 0);
  const auto top = nlohmann::json::parse(ask_instance(0, "GET", "/api/v1/stats").value().body)["top"];
  EXPECT_EQ(top[0]["code"], "été");
  EXPECT_THAT(top[0]["short_url"].get<std::string>(), HasSubstr("/%C3%A9t%C3%A9"));
}

TEST_F(ForeignCodes, AreListedPageByPage) {
  std::vector<std::string> seen;
  std::string cursor;
  do {
    const auto answer = ask_instance(0, "GET", "/api/v1/links?sort=code&limit=2&cursor=" + cursor);
    const auto page = nlohmann::json::parse(answer.value().body);
    for (const auto& link : page["data"]) seen.push_back(link["code"]);
    cursor = page["next_cursor"].is_null() ? "" : page["next_cursor"].get<std::string>();
    ASSERT_LE(seen.size(), kCodes.size());
  } while (!cursor.empty());
  EXPECT_EQ(seen, kCodes);
}

TEST_F(ForeignCodes, AreGivenToAKeyByTheirName) {
  const Finished created = cluster_.run_curt({"keys", "create", "--name", "a key", "--scopes", "links:read"});
  ASSERT_EQ(created.status, 0) << created.err;
  const std::string id = created.out.substr(created.out.rfind("curt_") + 5, 12);
  const Finished given = cluster_.run_curt({"links", "give", "--to", id, "--where", "code=e\u0301te\u0301"});
  EXPECT_EQ(given.status, 0) << given.err;
  EXPECT_EQ(cluster_.ask_database("SELECT string_agg(code, ' ') FROM links WHERE owner = '" + id + "'"),
            "été");
}

}  // namespace
}  // namespace curt::test
