# pay_library(name SOURCES … DEPS … [SCHEMA dir]): folder = namespace = target.
# pay_test(name SOURCES … DEPS …): one doctest executable, each of its cases one CTest.

function(pay_library name)
    cmake_parse_arguments(arg "" "SCHEMA" "SOURCES;DEPS;PRIVATE" ${ARGN})
    add_library(pay_${name} STATIC ${arg_SOURCES})
    target_include_directories(pay_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(pay_${name} PUBLIC ${arg_DEPS} PRIVATE pay_warnings ${arg_PRIVATE})
    if(arg_SCHEMA)
        pay_embed_schema(pay_${name} ${name} ${CMAKE_CURRENT_SOURCE_DIR}/${arg_SCHEMA})
    endif()
endfunction()

if(PAY_TESTS)
    include(doctest)
    add_library(pay_test_main STATIC ${CMAKE_SOURCE_DIR}/tests/main.cpp)
    target_link_libraries(pay_test_main PUBLIC doctest::doctest)
endif()

function(pay_test name)
    if(NOT PAY_TESTS)
        return()
    endif()
    cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
    add_executable(${name}_test ${arg_SOURCES})
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
    # A test is built more often than its speed would matter; what it tests is built as it is shipped.
    target_compile_options(${name}_test PRIVATE -O0)
    target_link_libraries(${name}_test PRIVATE pay_warnings pay_test_main ${arg_DEPS})
    doctest_discover_tests(${name}_test TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 120)
endfunction()
