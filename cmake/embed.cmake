# curt_embed(<target> <symbol> <file>): puts the file's bytes into the target, between the C symbols <symbol>_begin
# and <symbol>_end.
function(curt_embed target symbol file)
  set(assembly "${CMAKE_BINARY_DIR}/embedded/${symbol}.S")
  file(CONFIGURE OUTPUT "${assembly}" @ONLY CONTENT [[
  .section .rodata
  .global @symbol@_begin
  .global @symbol@_end
@symbol@_begin:
  .incbin "@file@"
@symbol@_end:
  .byte 0
  .section .note.GNU-stack,"",%progbits
]])
  set_source_files_properties("${assembly}" PROPERTIES OBJECT_DEPENDS "${file}")
  target_sources(${target} PRIVATE "${assembly}")
endfunction()

# curt_embed_with_gzip(<target> <symbol> <file>): the same, and <symbol>_gzip_begin and _end with the file as gzip
# packs it.
function(curt_embed_with_gzip target symbol file)
  set(packed "${CMAKE_BINARY_DIR}/embedded/${symbol}.gz")
  add_custom_command(OUTPUT "${packed}" DEPENDS "${file}" VERBATIM
                     COMMAND "${CURT_GZIP}" --best --no-name --stdout "${file}" > "${packed}"
                     COMMENT "Packing ${file}")
  target_sources(${target} PRIVATE "${packed}")
  curt_embed(${target} ${symbol} "${file}")
  curt_embed(${target} ${symbol}_gzip "${packed}")
endfunction()

# What the binary carries: the OpenAPI document, the pages, Swagger UI, the migrations, the names of bots, what
# is known of characters and hosts.
configure_file(src/api/documents/assets/openapi.json embedded/openapi.json @ONLY)
curt_embed_with_gzip(curt curt_asset_openapi_json "${CMAKE_BINARY_DIR}/embedded/openapi.json")
foreach(asset docs.html docs.js home.html page.css page.html favicon.svg robots.txt)
  string(REPLACE "." "_" name "${asset}")
  curt_embed(curt "curt_asset_${name}" "${CMAKE_SOURCE_DIR}/src/api/documents/assets/${asset}")
endforeach()
curt_embed_with_gzip(curt curt_asset_swagger_ui_css "${CURT_SWAGGER_UI_DIR}/swagger-ui.css")
curt_embed_with_gzip(curt curt_asset_swagger_ui_bundle_js "${CURT_SWAGGER_UI_DIR}/swagger-ui-bundle.js")
foreach(table scripts script_names code_characters host_characters compositions)
  curt_embed(curt "curt_unicode_${table}" "${CMAKE_SOURCE_DIR}/src/domain/unicode/data/${table}.txt")
endforeach()
curt_embed(curt curt_host_confusables "${CMAKE_SOURCE_DIR}/src/limits/hosts/data/confusables.txt")
curt_embed(curt curt_shorteners "${CMAKE_SOURCE_DIR}/src/limits/hosts/data/shorteners.txt")
# sqlite_migrations() and postgres_migrations(): schema/*.sql of each store, by the numbers in their names.
foreach(store sqlite postgres)
  file(GLOB migrations CONFIGURE_DEPENDS src/store/${store}/schema/*.sql)
  set(declarations "")
  set(rows "")
  foreach(migration IN LISTS migrations)
    get_filename_component(name "${migration}" NAME_WE)
    string(SUBSTRING "${name}" 0 4 digits)
    math(EXPR number "1${digits} - 10000")
    set(symbol "curt_${store}_migration_${digits}")
    curt_embed(curt "${symbol}" "${migration}")
    string(APPEND declarations "extern const char ${symbol}_begin[];\nextern const char ${symbol}_end[];\n")
    string(APPEND rows "      {${number}, \"${name}\", {${symbol}_begin, ${symbol}_end}},\n")
  endforeach()
  set(table "${CMAKE_BINARY_DIR}/embedded/${store}_migrations.cpp")
  file(CONFIGURE OUTPUT "${table}" @ONLY CONTENT [[
#include <array>

#include "curt/store/@store@/schema/migrations.hpp"

extern "C" {
@declarations@}

std::span<const curt::store::Migration> curt::store::@store@_migrations() {
  static const auto migrations = std::to_array<Migration>({
@rows@  });
  return migrations;
}
]])
  target_sources(curt PRIVATE "${table}")
endforeach()
set(spiders "${CMAKE_BINARY_DIR}/embedded/spiders.txt")
set(spiders_awk "${CMAKE_SOURCE_DIR}/src/visits/bots/assets/spiders.awk")
add_custom_command(OUTPUT "${spiders}" DEPENDS "${spiders_awk}" "${CURT_UAP_CORE_REGEXES}" VERBATIM
                   COMMAND "${CURT_AWK}" -f "${spiders_awk}" "${CURT_UAP_CORE_REGEXES}" > "${spiders}"
                   COMMENT "Taking the bots out of ${CURT_UAP_CORE_REGEXES}")
target_sources(curt PRIVATE "${spiders}")
curt_embed(curt curt_spiders "${spiders}")
curt_embed(curt curt_crawlers "${CMAKE_SOURCE_DIR}/src/visits/bots/data/crawlers.txt")
