#include "api/documents/assets.hpp"

#include <cstddef>

// NOLINTBEGIN(cppcoreguidelines-macro-usage): the symbols' names come from the build
#define CURT_ASSET(name)                                                                    \
  extern "C" const char curt_asset_##name##_begin[];                                        \
  extern "C" const char curt_asset_##name##_end[];                                          \
  std::string_view curt::api::assets::name() noexcept {                                     \
    return {curt_asset_##name##_begin,                                                      \
            static_cast<std::size_t>(curt_asset_##name##_end - curt_asset_##name##_begin)}; \
  }
// NOLINTEND(cppcoreguidelines-macro-usage)

CURT_ASSET(openapi_json)
CURT_ASSET(docs_html)
CURT_ASSET(docs_js)
CURT_ASSET(swagger_ui_css)
CURT_ASSET(swagger_ui_bundle_js)
CURT_ASSET(home_html)
CURT_ASSET(page_css)
CURT_ASSET(page_html)
CURT_ASSET(favicon_svg)
CURT_ASSET(robots_txt)
