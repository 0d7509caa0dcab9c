// SPDX-License-Identifier: Apache-2.0
// The library's one pool thread: what runs there, and how to get there. std types only.
#pragma once

#include <functional>
#include <string>

namespace stackseal::http {

/// Runs work on the pool thread, after what was posted before. work must neither block nor throw.
/// Every request and every cancel goes this way: from another thread they race inside the library.
void post(std::function<void()> work);

/// Whether the caller is the pool thread, where waiting would be a deadlock.
bool on_pool_thread();

/// Whether start_pool came first; false when other code had already made a pool of many threads.
bool pool_has_one_thread();

/// SSL_CERT_FILE as it stood before start_pool emptied it; "" if it was not set.
const std::string& users_trust_file();

}  // namespace stackseal::http
