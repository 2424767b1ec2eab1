# Fuzz targets (scripts/fuzz): each is compiled from no more sources than it needs, all of them with
# the sanitizers and libFuzzer's coverage. Clang only.
add_custom_target(fuzzers)

# What several of them need, compiled once.
add_library(fuzz_base STATIC EXCLUDE_FROM_ALL src/base/encoding.cpp src/base/json.cpp
  src/base/unicode.cpp)
target_include_directories(fuzz_base PUBLIC include src tests)
target_compile_options(fuzz_base PRIVATE -fsanitize=fuzzer-no-link)
target_link_libraries(fuzz_base PUBLIC
  promotions_settings nlohmann_json::nlohmann_json PkgConfig::sodium)
# Half of the time of the whole build otherwise.
set_source_files_properties(src/base/json.cpp PROPERTIES COMPILE_OPTIONS -O0)

# promotions_fuzz_target(name SOURCES files... [LIBRARIES targets...]): tests/fuzz/<name>.cpp, with
# files of src/.
function(promotions_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  list(TRANSFORM arg_SOURCES PREPEND src/)
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL tests/fuzz/${name}.cpp ${arg_SOURCES})
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(fuzz_${name} PRIVATE fuzz_base ${arg_LIBRARIES})
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  add_dependencies(fuzzers fuzz_${name})
endfunction()

promotions_fuzz_target(request_framer
  SOURCES front/http_syntax.cpp front/request_framer.cpp front/request_head.cpp)

promotions_fuzz_target(forwarded
  SOURCES front/client_address.cpp front/forwarded.cpp front/http_syntax.cpp front/ip_address.cpp)

promotions_fuzz_target(proxy_header
  SOURCES front/http_syntax.cpp front/ip_address.cpp front/proxy_header.cpp)

promotions_fuzz_target(request_body
  SOURCES
    domain/locale.cpp domain/token.cpp http/body.cpp http/form.cpp front/http_syntax.cpp
    http/json_body.cpp api/link_token.cpp http/media_type.cpp http/multipart.cpp
    http/negotiation.cpp http/problem.cpp http/request.cpp)

promotions_fuzz_target(email_address SOURCES domain/email_address.cpp LIBRARIES PkgConfig::idn2)

promotions_fuzz_target(token SOURCES domain/token.cpp)

promotions_fuzz_target(config
  SOURCES
    base/time_text.cpp base/time_zone.cpp base/toml_text.cpp base/zone_rule.cpp config/assign.cpp
    config/cross_checks.cpp config/keys.cpp config/load_config.cpp config/small_file.cpp
    config/suggestion.cpp config/value_forms.cpp domain/locale.cpp
  LIBRARIES date::date-tz tomlplusplus::tomlplusplus)

promotions_fuzz_target(template
  SOURCES
    base/toml_text.cpp domain/locale.cpp render/builtin.cpp render/catalogue.cpp
    render/mail_names.cpp render/mail_renderer.cpp render/template.cpp render/template_cache.cpp
    render/template_error.cpp render/template_tags.cpp render/texts.cpp
  LIBRARIES tomlplusplus::tomlplusplus)
target_sources(fuzz_template PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated/embedded_templates.cpp)
