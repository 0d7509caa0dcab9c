// SPDX-License-Identifier: Apache-2.0
// OpenSSL's hooks for its allocations, which it honours only before the first.
#include "controller/pki/memory.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

namespace stackseal::pki {

namespace {

/// Stands before each block: only resize needs to know how long it is.
struct alignas(std::max_align_t) Header {
    std::size_t size;
};

Header* header_of(void* block) {
    return static_cast<Header*>(block) - 1;
}

void* allocate(std::size_t size, const char*, int) {
    void* memory = ::operator new(sizeof(Header) + size, std::nothrow);
    return memory == nullptr ? nullptr : new (memory) Header{size} + 1;
}

void release(void* block, const char*, int) {
    if (block != nullptr) ::operator delete(header_of(block));
}

void* resize(void* block, std::size_t size, const char* file, int line) {
    void* moved = allocate(size, file, line);
    if (moved == nullptr || block == nullptr) return moved;
    std::memcpy(moved, block, std::min(size, header_of(block)->size));
    release(block, file, line);
    return moved;
}

}  // namespace

core::Result<void> allocate_by_new() {
    if (CRYPTO_set_mem_functions(allocate, resize, release) == 1) return {};
    return core::Error{core::Code::kInternal,
                       "OpenSSL was used before it could be told where its memory goes"};
}

}  // namespace stackseal::pki
