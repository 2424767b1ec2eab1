# Fuzz targets (scripts/fuzz): each is compiled from no more sources than it needs, all of them with
# the sanitizers and libFuzzer's coverage. Clang only.
add_custom_target(fuzzers)

# promotions_fuzz_target(name SOURCES files... [LIBRARIES targets...]): tests/fuzz/<name>.cpp, with
# files of src/.
function(promotions_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  list(TRANSFORM arg_SOURCES PREPEND src/)
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL tests/fuzz/${name}.cpp ${arg_SOURCES})
  target_include_directories(fuzz_${name} PRIVATE include src tests)
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(fuzz_${name} PRIVATE promotions_settings ${arg_LIBRARIES})
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  add_dependencies(fuzzers fuzz_${name})
endfunction()

promotions_fuzz_target(request_framer
  SOURCES http/http_syntax.cpp http/request_framer.cpp http/request_head.cpp)

promotions_fuzz_target(request_body
  SOURCES
    base/encoding.cpp base/json.cpp http/body.cpp http/form.cpp http/negotiation.cpp
    http/problem.cpp http/request.cpp
  LIBRARIES PkgConfig::sodium nlohmann_json::nlohmann_json)

promotions_fuzz_target(email_address
  SOURCES base/encoding.cpp domain/email_address.cpp
  LIBRARIES PkgConfig::idn2 PkgConfig::sodium)

promotions_fuzz_target(token
  SOURCES base/encoding.cpp domain/token.cpp
  LIBRARIES PkgConfig::sodium)

promotions_fuzz_target(config
  SOURCES
    base/encoding.cpp base/time_text.cpp config/assign.cpp config/cross_checks.cpp config/keys.cpp
    config/load_config.cpp config/small_file.cpp config/suggestion.cpp config/toml_text.cpp
    config/value_forms.cpp
  LIBRARIES PkgConfig::sodium date::date-tz tomlplusplus::tomlplusplus)

promotions_fuzz_target(template
  SOURCES
    base/encoding.cpp base/json.cpp render/builtin.cpp render/mail_renderer.cpp render/template.cpp
    render/template_cache.cpp render/template_error.cpp
  LIBRARIES PkgConfig::sodium nlohmann_json::nlohmann_json)
target_sources(fuzz_template PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated/embedded_templates.cpp)
