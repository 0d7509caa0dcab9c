// SPDX-License-Identifier: Apache-2.0
// Files and Secrets, sorted into chain, key and anchors.
#include "app/inspect_source.hpp"

#include <algorithm>
#include <filesystem>

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "controller/kube/files.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/pki/pem.hpp"

namespace stackseal::app {

namespace {

namespace fs = std::filesystem;
using core::Code;
using core::concat;
using core::Result;

constexpr std::size_t kLargestFile = 1U << 20U;  // etcd's limit, and so every Secret's
constexpr int kReadings = 3;                     // of a folder whose content is swapped meanwhile

/// The material with one more block. openssl writes EC PARAMETERS before each EC key.
Material with_block(Material material, const pki::PemBlock& block) {
    if (block.label == "CERTIFICATE") {
        material.chain_pem += pki::to_pem(block.label, block.der.reveal());
    } else if (block.label.ends_with("PRIVATE KEY") && material.key_pem.empty()) {
        material.key_pem = pki::to_secret_pem(block.label, block.der);
    } else if (block.label != "EC PARAMETERS") {
        material.notes.push_back(
            concat("line ", block.line, ": the \"", block.label, "\" is not looked at"));
    }
    return material;
}

/// Whether certificates are a bundle of anchors: what does not parse is none.
bool is_bundle(std::string_view certificates_pem) {
    const auto facts = pki::inspect_chain(certificates_pem);
    return facts && facts->size() > 1 && facts->front().self_signed &&
           std::ranges::all_of(*facts, &core::CertificateFacts::is_ca);
}

core::Error no_blocks(std::string_view text) {
    const bool is_der = text.starts_with('\x30');
    return {Code::kCorrupt,
            is_der ? "no PEM but DER; convert it with `openssl x509 -inform der` or the like"
                   : "no PEM block in it"};
}

Result<std::string> text_in(const std::string& path) {
    auto bytes = kube::read_small_file(path, kLargestFile);
    if (bytes) return std::string(bytes->reveal());
    if (bytes.error().code == Code::kNotFound) return std::string();
    return std::move(bytes).error();
}

Result<core::SecretBytes> secret_in(const std::string& path) {
    auto bytes = kube::read_small_file(path, kLargestFile);
    if (!bytes && bytes.error().code == Code::kNotFound) return core::SecretBytes();
    return bytes;
}

Result<Material> read_keys_of(const std::string& folder) {
    Material material;
    STACKSEAL_TRY(material.chain_pem, text_in(concat(folder, "/", api::kTlsCrt)));
    STACKSEAL_TRY(material.key_pem, secret_in(concat(folder, "/", api::kTlsKey)));
    STACKSEAL_TRY(material.anchors_pem, text_in(concat(folder, "/", api::kCaCrt)));
    return material;
}

/// The generation that a mounted Secret shows at the moment; "" for an ordinary folder.
std::string generation_of(const std::string& folder) {
    std::error_code none;
    return fs::read_symlink(folder + "/..data", none).string();
}

/// All files of one generation: a rotation in between would look like a key that does not match.
Result<Material> read_folder(const std::string& folder) {
    for (int reading = 1;; ++reading) {
        const std::string before = generation_of(folder);
        auto material = read_keys_of(folder);
        if (reading == kReadings || generation_of(folder) == before) return material;
    }
}

Result<Material> check_any(Material material) {
    if (!material.chain_pem.empty() || !material.key_pem.empty() || !material.anchors_pem.empty())
        return material;
    return core::Error{Code::kInvalid, concat("holds none of ", api::kTlsCrt, ", ", api::kTlsKey,
                                              " and ", api::kCaCrt)};
}

Result<Material> read_file(const std::string& path) {
    STACKSEAL_TRY(const auto text, kube::read_small_file(path, kLargestFile));
    auto material = material_of_text(text.reveal());
    if (!material)
        return core::Error{material.error().code, concat(path, ": ", material.error().message)};
    material->source = Source::kFile;
    return material;
}

Result<Material> read_mounted(const std::string& path) {
    STACKSEAL_TRY(Material read, read_folder(path));
    auto material = check_any(std::move(read));
    if (!material)
        return core::Error{material.error().code, concat(path, ": ", material.error().message)};
    material->source = Source::kFolder;
    return material;
}

std::string_view data_of(const api::Secret& secret, std::string_view key) {
    const core::SecretBytes* found = api::find_data(secret, key);
    return found == nullptr ? std::string_view() : found->reveal();
}

}  // namespace

std::string_view source_text(Source source) {
    switch (source) {
        case Source::kFile:
            return "file";
        case Source::kFolder:
            return "folder";
        case Source::kSecret:
            return "Secret";
        case Source::kEndpoint:
            return "endpoint";
    }
    return "";
}

Result<Material> material_of_text(std::string_view text) {
    Material material;
    pki::PemReader reader(text);
    bool any = false;
    while (true) {
        STACKSEAL_TRY(const auto block, reader.next_pem());
        if (!block) break;
        any = true;
        material = with_block(std::move(material), *block);
    }
    if (!any) return no_blocks(text);
    if (is_bundle(material.chain_pem)) std::swap(material.chain_pem, material.anchors_pem);
    return material;
}

Result<Material> material_of_secret(const api::Secret& secret) {
    Material material;
    material.source = Source::kSecret;
    material.name = concat(secret.meta.space, "/", secret.meta.name);
    material.chain_pem = data_of(secret, api::kTlsCrt);
    material.key_pem = core::SecretBytes(data_of(secret, api::kTlsKey));
    material.anchors_pem = data_of(secret, api::kCaCrt);
    auto checked = check_any(std::move(material));
    if (checked) return checked;
    return core::Error{
        checked.error().code,
        concat("Secret ", secret.meta.space, "/", secret.meta.name, " ", checked.error().message)};
}

Result<Material> read_path(const std::string& path) {
    std::error_code none;
    STACKSEAL_TRY(Material material,
                  fs::is_directory(path, none) ? read_mounted(path) : read_file(path));
    material.name = path;
    return material;
}

}  // namespace stackseal::app
