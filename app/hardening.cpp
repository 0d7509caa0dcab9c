// SPDX-License-Identifier: Apache-2.0
// Core dumps off; and freed memory is wiped, OpenSSL's too, since buffers of JSON and HTTP may have
// held a key.
#include "app/hardening.hpp"

#include <malloc.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cstdlib>
#include <new>

#include "controller/pki/memory.hpp"

namespace stackseal::app {

core::Result<void> harden_process() {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    umask(077);
    return pki::allocate_by_new();
}

}  // namespace stackseal::app

// The replacement covers every new and delete of the program and of the C++ libraries in it.
// NOLINTBEGIN(misc-new-delete-overloads)
void* operator new(std::size_t size) {
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
    if (memory == nullptr) return;
    explicit_bzero(memory, malloc_usable_size(memory));
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}
// NOLINTEND(misc-new-delete-overloads)
