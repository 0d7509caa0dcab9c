# SPDX-License-Identifier: Apache-2.0
# Language level, warnings as errors, sanitizers and ccache, for every target of the tree.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

set(STACKSEAL_SANITIZE "" CACHE STRING "Value of -fsanitize, for example address,undefined")
option(STACKSEAL_COVERAGE "Count executed lines" OFF)
option(STACKSEAL_FUZZ "Build the fuzz targets and what they link, nothing else" OFF)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
                    -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE MATCHES "Rel")
  # False positives of GCC 12 at -O2, seen inside std::variant and std::optional.
  add_compile_options(-Wno-error=maybe-uninitialized -Wno-error=free-nonheap-object
                      -Wno-error=restrict)
endif()
if(STACKSEAL_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Boost's headers use fences that the thread sanitizer does not model, and GCC says so.
    add_compile_options(-Wno-error=tsan)
  endif()
  add_compile_options(-fsanitize=${STACKSEAL_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STACKSEAL_SANITIZE})
endif()
if(STACKSEAL_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
# cpprestsdk's U() macro breaks fmt; nlohmann's implicit conversions hide mistakes.
add_compile_definitions(_TURN_OFF_PLATFORM_STRING JSON_USE_IMPLICIT_CONVERSIONS=0
                        STACKSEAL_VERSION="${PROJECT_VERSION}")
