# promotions_version(target): generates promotions_version.h with the version and the commit, at each
# build, so that a binary can say what it was made from.
function(promotions_version target)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/generated/promotions_version.h)
  add_custom_target(${target}_version
    COMMAND ${CMAKE_COMMAND} -DVERSION=${PROJECT_VERSION} -DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}
            -DOUTPUT=${output} -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/write_version.cmake
    BYPRODUCTS ${output}
    VERBATIM)
  add_dependencies(${target} ${target}_version)
endfunction()
