#pragma once

#include <span>
#include <string>
#include <string_view>

#include "curt/app/settings/settings.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// A setting that names a file, and the setting whose value is in that file.
struct UrlFileSetting {
  std::string_view name;   ///< "database_url_file"
  std::string_view plain;  ///< "database_url"
  std::string_view form;   ///< what a value looks like
  std::string Settings::* file;
  std::string Settings::* url;
};

/// All of them.
[[nodiscard]] std::span<const UrlFileSetting> url_file_settings();

/// The one with this name, which must be one of them.
[[nodiscard]] const UrlFileSetting& url_file_setting(std::string_view name);

/// The URL that the file holds. The error's detail names the file and says nothing of what is in it. Blocks.
[[nodiscard]] result<std::string> read_url_file(const UrlFileSetting& setting, const std::string& file);

}  // namespace curt::app
