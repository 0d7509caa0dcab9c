// SPDX-License-Identifier: Apache-2.0
// What the tests of pki share: unpacking, a small hierarchy, and the openssl program as the oracle.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "controller/core/concat.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/pki/key.hpp"
#include "controller/pki/sign.hpp"

namespace stackseal::pki::test {

/// The value, or an exception that fails the test with the error's text.
template <class T>
T get(core::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
}

inline core::Time at_time(std::string_view text) {
    return get(core::parse_rfc3339(text));
}

inline constexpr core::KeySpec kP256{core::KeyAlgorithm::kEcdsa, 256};
inline constexpr core::KeySpec kP384{core::KeyAlgorithm::kEcdsa, 384};
inline constexpr core::KeySpec kP521{core::KeyAlgorithm::kEcdsa, 521};
inline constexpr core::KeySpec kRsa{core::KeyAlgorithm::kRsa, 2048};
inline constexpr core::KeySpec kEd25519{core::KeyAlgorithm::kEd25519, 0};

/// A key of a kind; RSA is made once, since it takes 0.2 s.
inline core::PrivateKey key_of(const core::KeySpec& spec) {
    if (spec != kRsa) return get(generate_key(spec));
    static const core::PrivateKey rsa = get(generate_key(kRsa));
    return {rsa.pkcs8.copy(), rsa.public_half};
}

inline std::string pem_of(const core::PrivateKey& key,
                          core::KeyEncoding encoding = core::KeyEncoding::kPkcs8) {
    return std::string(get(key_to_pem(key, encoding)).reveal());
}

inline core::CertificateFacts facts_in(std::string_view pem) {
    return get(inspect_chain(pem)).front();
}

inline core::Profile leaf_profile() {
    using enum core::Usage;
    core::Profile profile;
    profile.subject.common_name = "keystone.example.org";
    profile.names.dns = {"keystone.example.org"};
    profile.usages = {kDigitalSignature, kServerAuth};
    profile.not_before = at_time("2026-01-01T00:00:00Z");
    profile.not_after = at_time("2026-04-01T00:00:00Z");
    return profile;
}

inline core::Profile ca_profile(std::string_view name) {
    using enum core::Usage;
    core::Profile profile;
    profile.subject.common_name = name;
    profile.is_ca = true;
    profile.usages = {kCertSign, kCrlSign};
    profile.not_before = at_time("2025-01-01T00:00:00Z");
    profile.not_after = at_time("2035-01-01T00:00:00Z");
    return profile;
}

/// A CA: its key, its own certificate, and that with those above it.
struct Ca {
    core::PrivateKey key;
    std::string pem;
    std::string chain;

    std::shared_ptr<const Signer> signer(std::string_view anchors = {}) const {
        return get(Signer::load(chain, pem_of(key), anchors));
    }
};

inline Ca root_ca(const core::KeySpec& spec = kP256, std::string_view name = "Root G1") {
    core::PrivateKey key = key_of(spec);
    const std::string pem = get(sign_self(ca_profile(name), key));
    return {std::move(key), pem, pem};
}

inline Ca child_ca(const Ca& parent, const core::Profile& profile,
                   const core::KeySpec& spec = kP256) {
    core::PrivateKey key = key_of(spec);
    const std::string pem = get(sign(profile, key.public_half, *parent.signer()));
    return {std::move(key), pem, pem + parent.chain};
}

/// A leaf with its key, below a root.
struct Pair {
    Ca root = root_ca();
    core::PrivateKey key = key_of(kP256);
    std::string leaf = get(sign(leaf_profile(), key.public_half, *root.signer()));
};

/// A directory that goes with the test, and commands run within it.
class Workshop {
  public:
    Workshop() {
        std::string pattern = std::filesystem::temp_directory_path() / "stackseal-pki-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
        path_ = pattern;
    }
    ~Workshop() { std::filesystem::remove_all(path_); }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    void write(std::string_view name, std::string_view text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
    }

    std::string read(std::string_view name) const {
        std::ifstream file(path_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    struct Answer {
        int status;
        std::string output;  ///< both streams
    };

    Answer try_run(std::string_view command) const {
        const std::string line =
            core::concat("cd '", path_.string(), "' && { ", command, "; } </dev/null 2>&1");
        FILE* pipe = popen(line.c_str(), "r");
        std::string output;
        std::array<char, 4096> chunk{};
        while (const std::size_t size = fread(chunk.data(), 1, chunk.size(), pipe))
            output.append(chunk.data(), size);
        return {WEXITSTATUS(pclose(pipe)), output};
    }

    /// The command's output; a command that fails, fails the test.
    std::string run(std::string_view command) const {
        const Answer answer = try_run(command);
        if (answer.status != 0)
            throw std::runtime_error(core::concat(command, ": ", answer.output));
        return answer.output;
    }

    /// A file made by a command.
    std::string make(std::string_view name, std::string_view command) const {
        run(command);
        return read(name);
    }

  private:
    std::filesystem::path path_;
};

}  // namespace stackseal::pki::test
