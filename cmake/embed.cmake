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

# What the binary carries: the OpenAPI document, the pages, Swagger UI, the migrations, the names of bots.
configure_file(src/api/documents/assets/openapi.json embedded/openapi.json @ONLY)
curt_embed(curt curt_asset_openapi_json "${CMAKE_BINARY_DIR}/embedded/openapi.json")
foreach(asset docs.html docs.js home.html page.css page.html favicon.svg robots.txt)
  string(REPLACE "." "_" name "${asset}")
  curt_embed(curt "curt_asset_${name}" "${CMAKE_SOURCE_DIR}/src/api/documents/assets/${asset}")
endforeach()
curt_embed(curt curt_asset_swagger_ui_css "${CURT_SWAGGER_UI_DIR}/swagger-ui.css")
curt_embed(curt curt_asset_swagger_ui_bundle_js "${CURT_SWAGGER_UI_DIR}/swagger-ui-bundle.js")
foreach(store sqlite postgres)
  file(GLOB migrations CONFIGURE_DEPENDS src/store/${store}/schema/*.sql)
  foreach(migration IN LISTS migrations)
    get_filename_component(name "${migration}" NAME_WE)
    string(SUBSTRING "${name}" 0 4 number)
    curt_embed(curt "curt_${store}_migration_${number}" "${migration}")
  endforeach()
endforeach()
set(spiders "${CMAKE_BINARY_DIR}/embedded/spiders.txt")
set(spiders_awk "${CMAKE_SOURCE_DIR}/src/visits/bots/assets/spiders.awk")
add_custom_command(OUTPUT "${spiders}" DEPENDS "${spiders_awk}" "${CURT_UAP_CORE_REGEXES}" VERBATIM
                   COMMAND "${CURT_AWK}" -f "${spiders_awk}" "${CURT_UAP_CORE_REGEXES}" > "${spiders}"
                   COMMENT "Taking the bots out of ${CURT_UAP_CORE_REGEXES}")
target_sources(curt PRIVATE "${spiders}")
curt_embed(curt curt_spiders "${spiders}")
