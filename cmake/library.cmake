# pay_library(name SOURCES … DEPS … [SCHEMA dir]): folder = namespace = target.
# pay_test(name [DATABASES] [LABELS label] SOURCES … DEPS …): one doctest executable, each of its cases one CTest.
# DATABASES: it opens storages by sql::Scratch, and is run once more, whole, on a real MariaDB.

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

# pay_server_test(name command…): a CTest that needs the real servers, which its fixture starts.
function(pay_server_test name)
    find_package(Python3 COMPONENTS Interpreter REQUIRED)
    add_test(NAME ${name}
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/servers/with_servers.py -- ${ARGN})
    set_tests_properties(${name} PROPERTIES LABELS servers FIXTURES_REQUIRED servers TIMEOUT 300)
endfunction()

function(pay_test name)
    if(NOT PAY_TESTS)
        return()
    endif()
    cmake_parse_arguments(arg "DATABASES" "LABELS" "SOURCES;DEPS" ${ARGN})
    add_executable(${name}_test ${arg_SOURCES})
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
    # A test is built more often than its speed would matter; what it tests is built as it is shipped.
    target_compile_options(${name}_test PRIVATE -O0)
    target_link_libraries(${name}_test PRIVATE pay_warnings pay_test_main ${arg_DEPS})
    set(labels)
    if(arg_LABELS)
        set(labels LABELS ${arg_LABELS})
    endif()
    doctest_discover_tests(${name}_test TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 120 ${labels})
    if(arg_DATABASES)
        target_link_libraries(${name}_test PRIVATE pay_scratch)
        pay_server_test("${name} on MariaDB" $<TARGET_FILE:${name}_test>)
    endif()
endfunction()
