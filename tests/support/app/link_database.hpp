#pragma once

#include <memory>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "curt/app/commands/export_links.hpp"
#include "curt/base/metrics.hpp"
#include "curt/store/sqlite/sqlite_store.hpp"

#include "app/transfer/link_import.hpp"
#include "support/run_awaitable.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {

/// A database of its own that texts are imported into and exported from.
class LinkDatabase {
 public:
  static constexpr const char* kBase = "https://sho.rt";

  LinkDatabase() : store_(store::open_sqlite_store({folder_.path() / "curt.db", 1}, metrics_).value()) {}

  app::ImportCounts import(const std::string& text) {
    std::istringstream in{text};
    app::DecodedInput decoded{in};
    app::LinkReader reader{decoded, {}};
    EXPECT_TRUE(reader.open());
    app::RejectedLines rejected{folder_.path() / "rejected"};
    constexpr std::size_t batch_size = 1000;
    constexpr std::size_t code_length = 7;
    app::LinkImport import{{*store_, rules_, codes_, clock_}, batch_size, code_length};
    const app::LinkImport::AfterBatch go_on = [](const app::ImportCounts&, std::uint64_t) {
      return app::LinkImport::Next::go_on;
    };
    EXPECT_TRUE(run(import.run(reader, rejected, go_on)));
    return import.counts();
  }

  std::string exported(app::ExportFormat format) {
    std::ostringstream out;
    EXPECT_TRUE(run(app::write_links(*store_, format, kBase, out)));
    return out.str();
  }

  store::Store& store() { return *store_; }

 private:
  TempFolder folder_;
  Metrics metrics_;
  SystemRandom random_;
  SystemClock clock_;
  links::CodeGenerator codes_{random_};
  links::LinkRules rules_{{}, TargetUrl::from_stored("https://sho.rt/")};
  std::unique_ptr<store::Store> store_;
};

}  // namespace curt::test
