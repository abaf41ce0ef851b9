#include "app/instance/first_key.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

TEST(FirstKey, IsMadeByOneCompleteCommand) {
  Settings settings = default_settings();
  EXPECT_EQ(way_to_first_key(settings), "curt keys create --name admin --scopes admin");
  settings.database_url = "sqlite:/var/lib/curt/links.db";
  EXPECT_EQ(way_to_first_key(settings),
            "curt keys create --name admin --scopes admin --database-url sqlite:/var/lib/curt/links.db");
  settings.database_url = "sqlite:it's here.db";
  EXPECT_EQ(way_to_first_key(settings),
            "curt keys create --name admin --scopes admin --database-url 'sqlite:" +
                std::filesystem::current_path().string() + "/it'\\''s here.db'");
}

TEST(FirstKey, OfPostgresShowsNoPassword) {
  Settings settings = default_settings();
  settings.database_url = "postgresql://curt:horse@db/curt";
  EXPECT_EQ(way_to_first_key(settings),
            "curt keys create --name admin --scopes admin (with the same CURT_DATABASE_URL)");
  settings.database_source = ValueSource::flag;
  EXPECT_EQ(way_to_first_key(settings),
            "curt keys create --name admin --scopes admin (with the same --database-url)");
  settings.database_url = "postgresql://curt@db/curt?sslmode=require";
  EXPECT_EQ(way_to_first_key(settings),
            "curt keys create --name admin --scopes admin --database-url "
            "'postgresql://curt@db/curt?sslmode=require'");
}

/// The settings of `curt serve`, as it reads them.
Settings read(const SettingsSources& sources) { return load_settings(Command::serve, sources).value(); }

/// What the command is run with, as `curt keys create` reads it where nothing else names a database.
std::string database_of(const std::string& command, std::string_view option) {
  const std::size_t at = command.find(option);
  if (at == std::string::npos) return command + " has no " + std::string{option};
  const std::string value = command.substr(at + option.size() + 1);
  SettingsSources sources;
  sources.default_config = "/nowhere/curt.toml";
  if (option == "--config") {
    sources.config_file = value;
  } else {
    sources.flags.emplace("database_url_file", value);
  }
  return load_settings(Command::keys, sources).value().database_url;
}

TEST(FirstKey, WorksWithTheFilesThatTheUrlCameFrom) {
  const test::TempFolder folder;
  const std::string secret = (folder.path() / "url").string();
  const std::filesystem::path config = folder.path() / "curt.toml";
  for (const char* url : {"postgresql://curt:horse@db/curt", "sqlite:other.db"}) {
    std::ofstream{secret} << url << '\n';
    SettingsSources sources;
    sources.default_config = config;
    std::ofstream{config} << "database_url_file = \"" << secret << "\"\n";
    EXPECT_EQ(database_of(way_to_first_key(read(sources)), "--database-url-file"), url);
    std::filesystem::remove(config);
    sources.environment = {{"CURT_DATABASE_URL_FILE", secret}};
    EXPECT_EQ(database_of(way_to_first_key(read(sources)), "--database-url-file"), url);
  }
  SettingsSources sources;
  sources.default_config = config;
  std::ofstream{config} << "database_url = \"postgresql://curt:horse@db/curt\"\n";
  EXPECT_EQ(database_of(way_to_first_key(read(sources)), "--config"), "postgresql://curt:horse@db/curt");
  EXPECT_EQ(way_to_first_key(read(sources)).find("horse"), std::string::npos);
  sources.environment = {{"CURT_DATABASE_URL", "postgresql://curt:horse@db/curt"}};
  EXPECT_EQ(way_to_first_key(read(sources)),
            "curt keys create --name admin --scopes admin (with the same CURT_DATABASE_URL)")
      << "the environment wins over the file";
}

}  // namespace
}  // namespace curt::app
