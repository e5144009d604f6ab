// SPDX-License-Identifier: BSD-3-Clause
#include "memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> now = 0, most = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  const std::size_t whole = (size + alignment - 1) / alignment * alignment;
  void* const memory = std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
  if (memory == nullptr) throw std::bad_alloc();
  now += malloc_usable_size(memory);
  most = std::max(most.load(), now.load());
  return memory;
}
void release(void* memory) {
  if (memory != nullptr) now -= malloc_usable_size(memory);
  std::free(memory);
}
}  // namespace

std::size_t memory::held() { return now; }
std::size_t memory::peak() { return most; }
void memory::forget_peak() { most = now.load(); }

void* operator new(std::size_t size) { return allocate(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
