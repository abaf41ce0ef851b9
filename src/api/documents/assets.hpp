#pragma once

#include <string_view>

/// The files that are built into the binary (cmake/embed.cmake); they live as long as the process.
namespace curt::api::assets {

/// A file that is large enough to be worth packing.
struct Packed {
  std::string_view plain;
  std::string_view gzip;
};

[[nodiscard]] Packed openapi_json() noexcept;
[[nodiscard]] std::string_view docs_html() noexcept;
[[nodiscard]] std::string_view docs_js() noexcept;
[[nodiscard]] Packed swagger_ui_css() noexcept;
[[nodiscard]] Packed swagger_ui_bundle_js() noexcept;
[[nodiscard]] std::string_view home_html() noexcept;
[[nodiscard]] std::string_view page_css() noexcept;
[[nodiscard]] std::string_view page_html() noexcept;
[[nodiscard]] std::string_view favicon_svg() noexcept;
[[nodiscard]] std::string_view robots_txt() noexcept;

}  // namespace curt::api::assets
