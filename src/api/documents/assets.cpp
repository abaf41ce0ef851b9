#include "api/documents/assets.hpp"

// NOLINTBEGIN(cppcoreguidelines-macro-usage): the symbols' names come from the build
#define CURT_SYMBOLS(name)                           \
  extern "C" const char curt_asset_##name##_begin[]; \
  extern "C" const char curt_asset_##name##_end[];
#define CURT_VIEW(name) \
  std::string_view { curt_asset_##name##_begin, curt_asset_##name##_end }
#define CURT_ASSET(name) \
  CURT_SYMBOLS(name)     \
  std::string_view curt::api::assets::name() noexcept { return CURT_VIEW(name); }
#define CURT_PACKED_ASSET(name)                                  \
  CURT_SYMBOLS(name)                                             \
  CURT_SYMBOLS(name##_gzip)                                      \
  curt::api::assets::Packed curt::api::assets::name() noexcept { \
    return {CURT_VIEW(name), CURT_VIEW(name##_gzip)};            \
  }
// NOLINTEND(cppcoreguidelines-macro-usage)

CURT_PACKED_ASSET(openapi_json)
CURT_ASSET(docs_html)
CURT_ASSET(docs_js)
CURT_PACKED_ASSET(swagger_ui_css)
CURT_PACKED_ASSET(swagger_ui_bundle_js)
CURT_ASSET(home_html)
CURT_ASSET(page_css)
CURT_ASSET(page_html)
CURT_ASSET(favicon_svg)
CURT_ASSET(robots_txt)
