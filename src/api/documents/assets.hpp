#pragma once

#include <string_view>

/// The files that are built into the binary (cmake/embed.cmake); they live as long as the process.
namespace curt::api::assets {

[[nodiscard]] std::string_view openapi_json() noexcept;
[[nodiscard]] std::string_view docs_html() noexcept;
[[nodiscard]] std::string_view docs_js() noexcept;
[[nodiscard]] std::string_view swagger_ui_css() noexcept;
[[nodiscard]] std::string_view swagger_ui_bundle_js() noexcept;
[[nodiscard]] std::string_view home_html() noexcept;
[[nodiscard]] std::string_view page_css() noexcept;
[[nodiscard]] std::string_view page_html() noexcept;
[[nodiscard]] std::string_view favicon_svg() noexcept;
[[nodiscard]] std::string_view robots_txt() noexcept;

}  // namespace curt::api::assets
