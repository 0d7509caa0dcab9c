// SPDX-License-Identifier: Apache-2.0
// What a credential plugin prints: a whole credential or a refusal that repeats none of it.
#include "controller/kube/exec_plugin.hpp"
#include "tests/fuzz/claims.hpp"
#include "tests/fuzz/documents.hpp"

namespace {

using namespace stackseal;
using core::Value;
using fuzz::require;

constexpr const char* kVersion = "client.authentication.k8s.io/v1";

void check_accepted(const kube::ExecCredential& credential) {
    require(credential.certificate_pem.empty() == credential.key_pem.empty(), "a whole pair");
    require(!credential.token.empty() || !credential.key_pem.empty(), "something to log in with");
}

Value marked(const Value& document) {
    const Value* status = document.find("status");
    Value credentials = status == nullptr ? Value::object() : *status;
    for (const std::string_view key : {"token", "clientKeyData"})
        credentials.set(key, Value::of(fuzz::kCanary));
    Value out = document;
    out.set("status", std::move(credentials));
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    if (input.find(fuzz::kCanary) != std::string_view::npos) return -1;
    const auto credential = kube::parse_exec_credential(input, kVersion);
    if (credential)
        check_accepted(*credential);
    else
        fuzz::require_refusal(credential.error(), core::Code::kInvalid);
    for (const Value& document : fuzz::documents_of(input)) {
        const std::string json = text::to_json(marked(document));
        const auto other = kube::parse_exec_credential(json, kVersion);
        if (!other) fuzz::require_silent(other.error().message);
        // Cut off, it is no JSON; the parser's words may hold the text.
        const auto torn = kube::parse_exec_credential(json.substr(0, json.size() - 1), kVersion);
        if (!torn) fuzz::require_silent(torn.error().message);
    }
    return 0;
}
