// SPDX-License-Identifier: Apache-2.0
// A change is taken over only when all files together make sense: they are never replaced at once.
#include "controller/kube/tls_files.hpp"

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/pki/inspect.hpp"

namespace stackseal::kube {

namespace {

constexpr std::chrono::milliseconds kLookEvery{5'000};
constexpr std::size_t kPemLimit = 1U << 20U;

PemSource copy(const PemSource& source) {
    return {source.file, source.data.copy()};
}

core::Error refused(const PemSource& source, std::string_view what) {
    const std::string where = source.file.empty() ? "the kubeconfig" : source.file;
    return {core::Code::kInvalid, core::concat(where, ": ", what)};
}

core::Result<core::SecretBytes> text_of(const PemSource& source) {
    if (!source.data.empty() || source.file.empty()) return source.data.copy();
    return read_small_file(source.file, kPemLimit);
}

/// The certificates of a file that may hold a key beside them, as kubelet's does.
core::Result<std::string> certificates_of(const PemSource& source) {
    if (source.empty()) return std::string();
    STACKSEAL_TRY(const core::SecretBytes text, text_of(source));
    const core::SecretBytes blocks = pem_blocks(text.reveal(), "CERTIFICATE");
    if (const auto chain = pki::inspect_chain(blocks.reveal()); !chain)
        return refused(source, chain.error().message);
    return std::string(blocks.reveal());
}

core::Result<core::SecretBytes> key_of(const PemSource& source, const std::string& certificate) {
    if (source.empty()) return core::SecretBytes();
    STACKSEAL_TRY(const core::SecretBytes text, text_of(source));
    core::SecretBytes key = pem_blocks(text.reveal(), "PRIVATE KEY");
    if (pki::inspect_pair(certificate, key.reveal(), "").key != core::KeyState::kMatches)
        return refused(source, "holds no key of the client certificate");
    return key;
}

bool same(const ports::TlsMaterial& a, const ports::TlsMaterial& b) {
    return a.ca_pem == b.ca_pem && a.certificate_pem == b.certificate_pem &&
           a.key_pem.same(b.key_pem) && a.server_name == b.server_name && a.insecure == b.insecure;
}

}  // namespace

TlsFiles::TlsFiles(const Config& config, std::shared_ptr<ExecPlugin> exec, ports::Clock& clock,
                   ports::Log& log)
    : ca_(copy(config.ca)),
      certificate_(copy(config.client_certificate)),
      key_(copy(config.client_key)),
      server_name_(config.tls_server_name),
      insecure_(config.insecure),
      exec_(std::move(exec)),
      clock_(clock),
      log_(log) {}

std::vector<FileStamp> TlsFiles::stamps() const {
    std::vector<FileStamp> all;
    for (const PemSource* source : {&ca_, &certificate_, &key_})
        all.push_back(source->data.empty() && !source->file.empty() ? stamp_of(source->file)
                                                                    : FileStamp());
    return all;
}

core::Result<std::shared_ptr<const ports::TlsMaterial>> TlsFiles::load() const {
    auto fresh = std::make_shared<ports::TlsMaterial>();
    fresh->server_name = server_name_;
    fresh->insecure = insecure_;
    STACKSEAL_TRY(fresh->ca_pem, certificates_of(ca_));
    STACKSEAL_TRY(fresh->certificate_pem, certificates_of(certificate_));
    STACKSEAL_TRY(fresh->key_pem, key_of(key_, fresh->certificate_pem));
    return std::shared_ptr<const ports::TlsMaterial>(std::move(fresh));
}

core::Result<void> TlsFiles::refresh_files() {
    const std::chrono::milliseconds now = clock_.monotonic();
    if (looked_at_ && now - *looked_at_ < kLookEvery) return {};
    looked_at_ = now;
    std::vector<FileStamp> present = stamps();
    if (material_ && present == stamps_) return {};
    auto fresh = load();
    if (!fresh && !material_) {
        looked_at_.reset();
        return std::move(fresh).error();
    }
    stamps_ = std::move(present);
    if (!fresh)
        log_.warn("TLS files changed to what cannot be used; the former content stays in use",
                  {{"error", fresh.error().message}});
    else if (!material_ || exec_ || !same(**fresh, *material_))
        material_ = *std::move(fresh);
    return {};
}

core::Result<void> TlsFiles::refresh_exec() {
    if (!exec_) return {};
    STACKSEAL_TRY(const auto credential, exec_->credential());
    if (credential->certificate_pem.empty()) return {};
    auto fresh = std::make_shared<ports::TlsMaterial>();
    fresh->ca_pem = material_->ca_pem;
    fresh->server_name = server_name_;
    fresh->insecure = insecure_;
    fresh->certificate_pem = credential->certificate_pem;
    fresh->key_pem = credential->key_pem.copy();
    if (!same(*fresh, *material_)) material_ = std::move(fresh);
    return {};
}

core::Result<std::shared_ptr<const ports::TlsMaterial>> TlsFiles::current() {
    const std::lock_guard lock(mutex_);
    STACKSEAL_CHECK(refresh_files());
    STACKSEAL_CHECK(refresh_exec());
    return material_;
}

}  // namespace stackseal::kube
