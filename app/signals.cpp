// SPDX-License-Identifier: Apache-2.0
// Signals are taken synchronously by the main thread; no handler ever runs.
#include "app/signals.hpp"

#include <signal.h>
#include <unistd.h>

namespace stackseal::app {

namespace {
sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&set, signal);
    return set;
}
}  // namespace

void block_stop_signals() {
    const sigset_t set = stop_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signal(SIGPIPE, SIG_IGN);  // a closed connection is an error code, not the end
}

std::string wait_for_stop() {
    const sigset_t set = stop_signals();
    int taken = 0;
    sigwait(&set, &taken);
    return taken == SIGTERM ? "SIGTERM" : taken == SIGINT ? "SIGINT" : "internal request";
}

void request_stop() {
    kill(getpid(), SIGUSR1);
}

}  // namespace stackseal::app
