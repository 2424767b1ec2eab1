# Language level, warnings and sanitizers, for every target of ours.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # It keeps results of precompiled headers, too, if it is told that nothing hangs on their times.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_library(promotions_settings INTERFACE)
target_compile_features(promotions_settings INTERFACE cxx_std_20)
if(CCACHE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(promotions_settings INTERFACE -fpch-preprocess)
endif()
target_compile_options(promotions_settings INTERFACE -Wall -Wextra -Wshadow -Wconversion)
# clang-tidy reads the same options, and does not know this one.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13
   AND NOT CMAKE_CXX_CLANG_TIDY)
  target_compile_options(promotions_settings INTERFACE -Wno-restrict)  # false alarms: GCC bug 105651
endif()
if(PROMOTIONS_WERROR)
  target_compile_options(promotions_settings INTERFACE -Werror)
endif()
if(PROMOTIONS_SANITIZE)
  # Not vptr: that check opens a pipe to see whether an address may be read, and takes a failure for
  # a wrong object; some tests leave the process no file descriptor.
  target_compile_options(promotions_settings INTERFACE
    -fsanitize=${PROMOTIONS_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(promotions_settings INTERFACE -fsanitize=${PROMOTIONS_SANITIZE})
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
