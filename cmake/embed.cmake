# pay_embed_schema(target name dir): the .sql files of dir, in the order of their names, as
# `pay::<name>::schema`, a span of {name, text}. A changed file is built again.
# pay_embed_files(target name dir files…): files served as they are, as `pay::<name>::files`.
# pay_embed_folder(target name dir stamp): the same for all that is in dir once stamp is there; no dir: none.

function(pay_embed target name constant dir)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}_${constant}.cpp)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${name} -DCONSTANT=${constant} -DDIR=${dir}
                "-DFILES=${ARGN}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
        DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()

function(pay_embed_schema target name dir)
    file(GLOB files CONFIGURE_DEPENDS ${dir}/*.sql)
    list(SORT files)
    pay_embed(${target} ${name} schema ${dir} ${files})
endfunction()

function(pay_embed_files target name dir)
    pay_embed(${target} ${name} files ${dir} ${ARGN})
endfunction()

function(pay_embed_folder target name dir stamp)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}_files.cpp)
    set(script ${CMAKE_SOURCE_DIR}/cmake/embed_folder_script.cmake)
    # Made anew by every configuration that changes what is wanted.
    set(wanted ${CMAKE_CURRENT_BINARY_DIR}/${name}_folder.txt)
    file(CONFIGURE OUTPUT ${wanted} CONTENT "${dir}\n")
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${name} "-DDIR=${dir}" -P ${script}
        DEPENDS ${stamp} ${wanted} ${script} VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()
