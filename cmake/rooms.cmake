# SPDX-License-Identifier: Apache-2.0
# A room is a folder: one static library, its sources listed by hand, its allowed neighbours named.

# stackseal_room(<name> SOURCES <files...> LINKS <targets...>)  →  target stackseal_<name>
function(stackseal_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS" ${ARGN})
  set(target stackseal_${name})
  if(ROOM_SOURCES)
    add_library(${target} STATIC ${ROOM_SOURCES})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC ${ROOM_LINKS})
    # With Clang only the rooms that a fuzz target links are worth their time.
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ${STACKSEAL_FUZZ})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} INTERFACE ${ROOM_LINKS})
  endif()
endfunction()

# stackseal_test(<name> SOURCES <files...> LINKS <targets...>)  →  program <name>_test, known to ctest.
# Test sources are built as one unit: gtest's header then costs once (docs/decisions).
function(stackseal_test name)
  cmake_parse_arguments(T "" "" "SOURCES;LINKS" ${ARGN})
  set(target ${name}_test)
  add_executable(${target} ${T_SOURCES})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE ${T_LINKS} GTest::gmock_main)
  target_compile_definitions(${target} PRIVATE STACKSEAL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  # The label is the kind of test, the folder under tests: unit, simulation, …
  file(RELATIVE_PATH kind ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  string(REGEX REPLACE "/.*" "" kind ${kind})
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120 LABELS ${kind})
endfunction()
