# SPDX-License-Identifier: BSD-3-Clause
# lssm_options: how tests, examples and benchmarks of this project are compiled. The library asks nothing of its users.

include(CheckCXXSourceCompiles)

add_library(lssm_options INTERFACE)

# Compilers fuse multiply and add on their own, differently for every size and every number of lanes; the library
# fuses by name (mul_add), so that flows come out bit-identical.
target_link_libraries(lssm_options INTERFACE lssm_reproducible)

target_compile_options(lssm_options INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(LSSM_WERROR)
  target_compile_options(lssm_options INTERFACE -Werror)
endif()
if(LSSM_NATIVE)
  target_compile_options(lssm_options INTERFACE -march=native)
endif()

# exp and log of the quad type are libquadmath's, which clang has no header for but can link.
set(CMAKE_REQUIRED_LIBRARIES quadmath)
check_cxx_source_compiles("extern \"C\" __float128 expq(__float128) noexcept;
                           int main(int n, char**) { return static_cast<int>(expq(n)); }" LSSM_HAS_QUADMATH)
unset(CMAKE_REQUIRED_LIBRARIES)
if(LSSM_HAS_QUADMATH)
  target_link_libraries(lssm_options INTERFACE quadmath)
endif()

# lssm_add_peers(<target> <sources>): other people's libraries, to compare with. Sources named *_<peer>.cpp are
# compiled where the peer is installed; the other sources of the target then see LSSM_HAS_<PEER>. Boost's are C++17,
# since uBLAS 1.74 needs a member of std::allocator that C++20 took away: they share plain functions with the rest.
set(lssm_peers boost sundials slicot fftw nlopt)
function(lssm_add_peers target sources)
  foreach(peer IN LISTS lssm_peers)
    set(files ${sources})
    list(FILTER files INCLUDE REGEX "_${peer}\\.cpp$")
    if(files AND TARGET lssm::ext::${peer})
      string(TOUPPER ${peer} PEER)
      target_compile_definitions(${target} PRIVATE LSSM_HAS_${PEER})
      target_link_libraries(${target} PRIVATE lssm::ext::${peer})
      if(peer STREQUAL boost)
        set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS -std=c++17 SKIP_PRECOMPILE_HEADERS ON)
      endif()
    else()
      set_source_files_properties(${files} PROPERTIES HEADER_FILE_ONLY ON)
    endif()
  endforeach()
endfunction()

# lssm_add_executors(<target>): threads and many machines, where TBB and MPI are installed. The sources then see
# LSSM_HAS_TBB and LSSM_HAS_MPI.
function(lssm_add_executors target)
  foreach(way tbb mpi)
    if(TARGET lssm::${way})
      string(TOUPPER ${way} WAY)
      target_compile_definitions(${target} PRIVATE LSSM_HAS_${WAY})
      target_link_libraries(${target} PRIVATE lssm::${way})
    endif()
  endforeach()
endfunction()
