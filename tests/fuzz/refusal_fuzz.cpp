// SPDX-License-Identifier: Apache-2.0
// Refusing answers of a server: whatever stands in status, headers and body, we say one line and
// wait a bounded time. The last bytes choose the status and where the headers end.
#include <fuzzer/FuzzedDataProvider.h>

#include "controller/kube/answer.hpp"
#include "controller/kube/watch_state.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

void check_warnings(const ports::Headers& headers) {
    for (const std::string& warning : kube::warnings(headers))
        if (!warning.empty()) fuzz::require_line(warning);
}

void check_failure(const kube::Failure& failure, int status) {
    require(failure.code == status, "the HTTP status counts");
    require(failure.retry_after >= 0 && failure.retry_after <= 3600, "the wait is bounded");
    const core::Error error = kube::error_of(failure, "patch Secret openstack/keystone-tls");
    fuzz::require_line(error.message);
    require(error.retry_after_seconds == failure.retry_after, "the wait is passed on");
    require(status != 409 || error.code == core::Code::kConflict, "409 is a conflict");
    kube::outcome_of(failure, kube::Act::kWatch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider choice(data, size);
    const int status = choice.ConsumeIntegralInRange<int>(100, 599);
    const std::string body = choice.ConsumeRandomLengthString();
    const ports::Headers headers = {{"retry-after", choice.ConsumeRandomLengthString(24)},
                                    {"Warning", choice.ConsumeRemainingBytesAsString()}};
    check_warnings(headers);
    check_failure(kube::failure_of(status, headers, body), status);
    return 0;
}
