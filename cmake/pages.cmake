# The pages of web/: PAY_PAGES_FOLDER holds them once PAY_PAGES_STAMP is there; both are empty where
# they are not wanted.

find_program(NPM npm)
find_program(NODE node)
if(NPM AND NODE)
    set(pages_default ON)
else()
    set(pages_default OFF)
endif()
option(PAY_PAGES "Build the pages and serve them; needs Node and npm" ${pages_default})

set(PAY_PAGES_FOLDER "")
set(PAY_PAGES_STAMP "")
if(PAY_PAGES)
    if(NOT NPM OR NOT NODE)
        message(FATAL_ERROR "PAY_PAGES needs node and npm: install them, or give -DPAY_PAGES=OFF")
    endif()
    set(web ${CMAKE_SOURCE_DIR}/web)
    set(PAY_PAGES_FOLDER ${CMAKE_BINARY_DIR}/web)
    set(PAY_PAGES_STAMP ${CMAKE_BINARY_DIR}/web.stamp)
    # npm writes this file last.
    set(packages ${web}/node_modules/.package-lock.json)
    add_custom_command(OUTPUT ${packages}
        COMMAND ${NPM} ci --no-audit --no-fund
        DEPENDS ${web}/package.json ${web}/package-lock.json ${web}/.npmrc
        WORKING_DIRECTORY ${web} COMMENT "Fetching what the pages are built with" VERBATIM)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS
        ${web}/src/* ${web}/public/* ${CMAKE_SOURCE_DIR}/clients/typescript/src/*)
    file(GLOB entries CONFIGURE_DEPENDS ${web}/*.html ${web}/*.ts ${web}/tsconfig.json)
    add_custom_command(OUTPUT ${PAY_PAGES_STAMP}
        COMMAND ${CMAKE_COMMAND} -E env PAYMENTS_PAGES_DIR=${PAY_PAGES_FOLDER}
                ${NODE} node_modules/vite/bin/vite.js build --logLevel warn
        COMMAND ${CMAKE_COMMAND} -E touch ${PAY_PAGES_STAMP}
        DEPENDS ${packages} ${sources} ${entries} ${CMAKE_SOURCE_DIR}/docs/openapi.json
        WORKING_DIRECTORY ${web} COMMENT "Building the pages" VERBATIM)
endif()
