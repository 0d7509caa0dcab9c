// SPDX-License-Identifier: Apache-2.0
// Their writes go to the cluster directly, as any other client's; in local mode some go to the
// disk.
#include "tests/simulation/people.hpp"

#include <filesystem>

#include "controller/api/names.hpp"
#include "controller/local/secret_document.hpp"
#include "controller/pki/key.hpp"
#include "controller/pki/sign.hpp"

namespace stackseal::simulation {

namespace {

using core::concat;
using core::Ref;
using core::SecretBytes;

using Data = std::map<std::string, SecretBytes>;

const std::vector<std::string> kHosts = {"a", "b", "c"};
const std::vector<std::string> kLabels = {"", "identity", "storage"};
const std::vector<std::string> kIssuers = {"root", "plane", "corp", "self"};

/// A root CA of ten years, from a day before now.
Data make_ca(const std::string& name, core::Time now) {
    const core::Profile profile{.subject = {.common_name = name},
                                .is_ca = true,
                                .usages = {core::Usage::kCertSign, core::Usage::kCrlSign},
                                .not_before = now - std::chrono::hours(24 * 30),
                                .not_after = now + std::chrono::hours(24 * 3650)};
    const core::PrivateKey key = *pki::generate_key({});
    const std::string certificate = *pki::sign_self(profile, key);
    Data data;
    data.emplace(api::kTlsCrt, SecretBytes(certificate));
    data.emplace(api::kTlsKey, *pki::key_to_pem(key, core::KeyEncoding::kPkcs8));
    return data;
}

Data pair_of(const std::string& chain, SecretBytes key) {
    Data data;
    data.emplace(api::kTlsCrt, SecretBytes(chain));
    data.emplace(api::kTlsKey, std::move(key));
    return data;
}

std::string text_of(const api::Secret& secret, std::string_view key) {
    const SecretBytes* bytes = api::find_data(secret, key);
    return bytes == nullptr ? "" : std::string(bytes->reveal());
}

}  // namespace

// ---- users

void People::begin(Wishes first) {
    wishes = std::move(first);
    const core::Time now = core::seconds_of(world_.time.now());
    for (const IssuerWish& issuer : wishes.issuers)
        if (issuer.kind == IssuerWish::Kind::kGiven) {
            put(secret_ref("corp-a"), {}, make_ca("Corp A", now));
            put(secret_ref("corp-b"), {}, make_ca("Corp B", now));
        }
    tell();
}

void People::tell() {
    write_manifests(world_, wishes);
    if (world_.is_open() && world_.mode == Mode::kServer) world_.server().refresh();
}

void People::change_names(const std::string& certificate) {
    std::string& host = wishes.certificate(certificate).host;
    host = host == "a" ? "b" : host == "b" ? "c" : "a";
    trace_.note("user: names of ", certificate, " begin with ", host);
    tell();
}

void People::ask_for_reissue(const std::string& certificate) {
    ++wishes.certificate(certificate).reissue;
    trace_.note("user: reissue ", certificate);
    tell();
}

void People::change_certificate() {
    CertificateWish& wish = wishes.certificates[static_cast<std::size_t>(
        chance_.below(static_cast<int>(wishes.certificates.size())))];
    switch (chance_.below(8)) {
        case 0:
            return ask_for_reissue(wish.name);
        case 1:
            wish.issuer = chance_.any_of(kIssuers);
            break;
        case 2:
            wish.ed25519 = !wish.ed25519;
            break;
        case 3:
            wish.present = !wish.present;
            break;
        case 4:
            wish.label = chance_.any_of(kLabels);
            break;
        case 5:
            wish.dies_with_owner = !wish.dies_with_owner;
            break;
        default:
            wish.host = chance_.any_of(kHosts);
            break;
    }
    trace_.note("user: ", wish.name, wish.present ? " is wanted" : " is not wanted", " of ",
                wish.issuer, " for ", wish.host, wish.ed25519 ? " with Ed25519" : "", " team ",
                wish.label);
    tell();
}

void People::change_issuer() {
    IssuerWish& wish = wishes.issuer(chance_.any_of(kIssuers));
    switch (chance_.below(5)) {
        case 0:
            wish.allowed_names = wish.allowed_names.empty()            ? "example.com"
                                 : wish.allowed_names == "example.com" ? "example.org"
                                                                       : "";
            break;
        case 1:
            wish.present = !wish.present;
            break;
        case 2:
            wish.ca_secret = wish.ca_secret == "corp-a" ? "corp-b" : "corp-a";
            break;
        case 3:
            wish.accepts_loss = !wish.accepts_loss;
            break;
        default:
            wish.common_name = concat("Authority ", ++authors_);
            break;
    }
    trace_.note("user: issuer ", wish.name, wish.present ? " stands" : " is gone",
                wish.accepts_loss ? " without its old key" : "", " allows ", wish.allowed_names,
                " of ", wish.ca_secret, " as ", wish.common_name);
    tell();
}

/// An editor has written a part of the file by now.
void People::tear_manifest() {
    const std::string path =
        world_.manifest(concat("certificate-", chance_.any_of(wishes.certificates).name, ".yaml"));
    if (!std::filesystem::exists(path)) return;
    const std::string text = local::tests::read_file(path);
    trace_.note("a manifest is half-written");
    local::tests::write_file(path, text.substr(0, text.size() * 2 / 3));
}

// ---- others

bool People::put(const Ref& ref, api::Meta meta, Data data) {
    const auto held = world_.server().read_secret(ref);
    ports::ApplySecret apply{.ref = ref};
    apply.body.meta = std::move(meta);
    apply.body.data = std::move(data);
    if (held) apply.expected_version = held->meta.resource_version;
    const auto written = world_.server().write(std::move(apply));
    if (!written) trace_.note("not done: ", core::to_string(written.error().code));
    return written.has_value();
}

void People::remove(const Ref& secret) {
    const auto held = world_.server().read_secret(secret);
    if (!held || audit_.is_guarded(secret)) return;
    trace_.note("somebody deletes ", core::to_string(secret));
    (void)world_.server().write(
        ports::DeleteObject{secret, held->meta.uid, held->meta.resource_version});
}

void People::damage(const Ref& secret) {
    const auto held = world_.server().read_secret(secret);
    if (!held || audit_.is_guarded(secret)) return;
    const int how = chance_.below(4);
    trace_.note("somebody damages ", core::to_string(secret), " in way ", how);
    audit_.spoil(secret);
    Data data = make_ca("Mallory", core::seconds_of(world_.time.now()));
    if (how == 0) data.erase(std::string(api::kTlsCrt));
    if (how == 1) data = pair_of("no certificate\n", SecretBytes("no key\n"));
    if (how == 2) data.erase(std::string(api::kTlsKey));
    if (how == 3) {
        data.clear();
        data.emplace(api::kCaCrt, SecretBytes(text_of(*held, api::kTlsCrt)));
    }
    put(secret, {}, std::move(data));
}

/// As somebody does who does not know what the links are for. Noticed later.
void People::damage_file(const Ref& secret) {
    if (audit_.is_guarded(secret) || !world_.server().read_secret(secret)) return;
    const std::string folder = concat(world_.state(), "/secrets/", kSpace, "/", secret.name);
    const int how = chance_.below(3);
    trace_.note("somebody damages the folder of ", core::to_string(secret), " in way ", how);
    audit_.spoil(secret);
    std::error_code ignored;
    if (how == 0) std::filesystem::remove_all(folder, ignored);
    if (how == 1) std::filesystem::remove(folder + "/..data", ignored);
    if (how == 2) {
        std::filesystem::remove(folder + "/tls.crt", ignored);
        local::tests::write_file(folder + "/tls.crt", "no certificate");
    }
}

void People::replace_by_stranger(const Ref& secret) {
    if (audit_.is_guarded(secret)) return;
    remove(secret);
    audit_.spoil(secret);
    api::Meta meta;
    meta.labels["app"] = "stranger";
    put(secret, meta, make_ca("Stranger", core::seconds_of(world_.time.now())));
    audit_.guard(secret);
    trace_.note("a stranger takes ", core::to_string(secret));
}

void People::withdraw_stranger(const Ref& secret) {
    if (!audit_.is_guarded(secret)) return;
    audit_.check_guarded();
    audit_.unguard(secret);
    trace_.note("the stranger leaves ", core::to_string(secret));
    remove(secret);
}

void People::replace_ca() {
    trace_.note("the corporate CA is replaced");
    put(secret_ref("corp-a"), {},
        make_ca(concat("Corp ", ++authors_), core::seconds_of(world_.time.now())));
}

void People::lose_authority(const std::string& issuer) {
    const Ref ref{core::Resource::kSecret, kAuthoritySpace, concat(kSpace, ".", issuer, ".g1")};
    auto held = world_.server().read_secret(ref);
    if (!held || lost_.contains(issuer)) return;
    lost_.emplace(issuer, *std::move(held));
    remove(ref);
}

void People::restore_authority(const std::string& issuer) {
    const auto kept = lost_.find(issuer);
    if (kept == lost_.end()) return;
    const Ref ref{core::Resource::kSecret, kAuthoritySpace, concat(kSpace, ".", issuer, ".g1")};
    if (!world_.server().read_secret(ref)) {
        trace_.note("somebody restores ", core::to_string(ref));
        ports::ApplySecret apply{.ref = ref, .body = local::copy_of(kept->second)};
        (void)world_.server().write(std::move(apply));
    }
    lost_.erase(kept);
}

Ref People::some_secret() {
    return secret_ref(chance_.any_of(wishes.certificates).secret());
}

void People::disturb_secret() {
    const Ref ref = some_secret();
    switch (chance_.below(8)) {
        case 0:
        case 1:
            return remove(ref);
        case 2:
            return replace_by_stranger(ref);
        case 3:
        case 4:
            return withdraw_stranger(ref);
        case 5:
            if (world_.mode == Mode::kLocal) return damage_file(ref);
            [[fallthrough]];
        default:
            return damage(ref);
    }
}

void People::disturb_authority() {
    const std::string issuer = chance_.any_of(kIssuers);
    switch (chance_.below(4)) {
        case 0:
            return lose_authority(issuer);
        case 1:
            return replace_ca();
        default:
            return restore_authority(issuer);
    }
}

void People::act() {
    switch (chance_.below(8)) {
        case 0:
            return disturb_authority();
        case 1:
            return change_issuer();
        case 2:
        case 3:
        case 4:
            return disturb_secret();
        case 5:
            if (world_.mode == Mode::kLocal && chance_.once_in(2)) return tear_manifest();
            [[fallthrough]];
        default:
            return change_certificate();
    }
}

/// Some of it stays, so that the end of a run knows obstacles, too.
void People::make_up() {
    for (const std::string& issuer : kIssuers)
        if (!chance_.once_in(4)) restore_authority(issuer);
    for (const CertificateWish& wish : wishes.certificates)
        if (!chance_.once_in(4)) withdraw_stranger(secret_ref(wish.secret()));
    for (IssuerWish& wish : wishes.issuers) {
        if (!chance_.once_in(4)) wish.present = true;
        if (wish.allowed_names == "example.org" && !chance_.once_in(4)) wish.allowed_names = "";
    }
    tell();
}

}  // namespace stackseal::simulation
