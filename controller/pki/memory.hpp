// SPDX-License-Identifier: Apache-2.0
// Where OpenSSL has its memory from, and where that goes: it parses keys into buffers that it does
// not cleanse.
#pragma once

#include "controller/core/result.hpp"

namespace stackseal::pki {

/// Has OpenSSL use the program's operator new and delete, of which the latter may wipe.
/// To be called before anything else uses OpenSSL. Errors: kInternal if something has.
core::Result<void> allocate_by_new();

}  // namespace stackseal::pki
