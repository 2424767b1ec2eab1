cmake_minimum_required(VERSION 3.23)

# Run by promotions_version(): the file is touched only when its content changes.
execute_process(COMMAND git rev-parse --short=12 HEAD WORKING_DIRECTORY ${SOURCE}
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#pragma once

#define PROMOTIONS_VERSION \"@VERSION@\"
#define PROMOTIONS_COMMIT \"@commit@\"
" @ONLY)
