// SPDX-License-Identifier: Apache-2.0
// Reading and writing keys with decoders narrowed to one format, structure and kind: no guessing,
// no passphrase prompt, and a fifth of the time that the general readers take.
#include "controller/pki/private_key.hpp"

#include <openssl/core_names.h>

#include <array>

#include "controller/pki/error.hpp"
#include "controller/pki/hash.hpp"
#include "controller/pki/pem.hpp"

namespace stackseal::pki {

namespace {

using core::Code;
using core::KeyEncoding;

constexpr std::size_t kLongestText = 65536;  // octets of PEM; an RSA-8192 key has 7 KB
constexpr int kLargestKey = 16384;           // bits; one signature of a larger one takes seconds
constexpr const char* kPkcs8 = "PrivateKeyInfo";
constexpr const char* kTraditional = "type-specific";

/// How a PEM label says what is in the block. kind: empty, PKCS#8 says it itself.
struct Label {
    std::string_view text;
    const char* kind;
    KeyEncoding encoding;
};
constexpr std::array<Label, 3> kLabels = {{
    {"PRIVATE KEY", "", KeyEncoding::kPkcs8},
    {"RSA PRIVATE KEY", "RSA", KeyEncoding::kPkcs1},
    {"EC PRIVATE KEY", "EC", KeyEncoding::kPkcs1},
}};

const Label* label_of(std::string_view text) {
    for (const Label& label : kLabels)
        if (label.text == text) return &label;
    return nullptr;
}

/// The decoder's name of the kind of key that PKCS#8 names; "" for kinds that are not read.
const char* kind_of(const PKCS8_PRIV_KEY_INFO* info) {
    const ASN1_OBJECT* algorithm = nullptr;
    if (PKCS8_pkey_get0(&algorithm, nullptr, nullptr, nullptr, info) != 1) return "";
    switch (OBJ_obj2nid(algorithm)) {
        case NID_rsaEncryption:
            return "RSA";
        case NID_X9_62_id_ecPublicKey:
            return "EC";
        case NID_ED25519:
            return "ED25519";
        default:
            return "";
    }
}

core::Result<KeyHandle> decode(const core::SecretBytes& der, const char* structure,
                               const char* kind) {
    EVP_PKEY* decoded = nullptr;
    STACKSEAL_TRY(const auto decoder,
                  must<DecoderHandle>("key decoder", OSSL_DECODER_CTX_new_for_pkey(
                                                         &decoded, "DER", structure, kind,
                                                         EVP_PKEY_KEYPAIR, nullptr, nullptr)));
    const unsigned char* from = octets(der.reveal());
    std::size_t left = der.size();
    const int done = OSSL_DECODER_from_data(decoder.get(), &from, &left);
    KeyHandle key(decoded);
    STACKSEAL_CHECK(must("the private key does not parse", done, Code::kCorrupt));
    if (left != 0) return corrupt("the private key is followed by ", left, " stray bytes");
    return key;
}

std::string text_parameter(const EVP_PKEY* key, const char* name) {
    std::array<char, 64> text{};
    std::size_t size = 0;
    const int found = EVP_PKEY_get_utf8_string_param(key, name, text.data(), text.size(), &size);
    drain();
    return found == 1 ? std::string(text.data(), size) : std::string();
}

/// A curve written out as numbers may be a trap, and no certificate may hold it (RFC 5480 2.1.1).
core::Result<void> check_curve(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "EC") != 1) return {};
    if (text_parameter(key, OSSL_PKEY_PARAM_EC_ENCODING) == OSSL_PKEY_EC_ENCODING_GROUP) return {};
    return corrupt("the key's curve is written out as parameters; it must be named");
}

/// Points are written uncompressed, however the key was stored: certificates want it so.
core::Result<void> normalise_point(EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "EC") != 1) return {};
    return must("point format",
                EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                               OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED));
}

core::Result<KeyHandle> accept(KeyHandle key) {
    if (EVP_PKEY_get_bits(key.get()) > kLargestKey)
        return corrupt("the key has ", EVP_PKEY_get_bits(key.get()), " bits; at most ",
                       kLargestKey);
    STACKSEAL_CHECK(check_curve(key.get()));
    STACKSEAL_CHECK(normalise_point(key.get()));
    return key;
}

/// Null for Ed25519, which digests by itself; a probe needs no stronger one.
const EVP_MD* probe_digest(const EVP_PKEY* key) {
    return EVP_PKEY_is_a(key, "ED25519") == 1 ? nullptr : EVP_sha256();
}

core::Result<std::string> probe_signature(EVP_PKEY* key, std::string_view probe) {
    STACKSEAL_TRY(const auto context, must<DigestHandle>("digest", EVP_MD_CTX_new()));
    STACKSEAL_CHECK(
        must("sign", EVP_DigestSignInit(context.get(), nullptr, probe_digest(key), nullptr, key)));
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
    std::string signature(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    STACKSEAL_CHECK(
        must("sign", EVP_DigestSign(context.get(), out, &size, octets(probe), probe.size())));
    signature.resize(size);
    return signature;
}

core::Result<bool> verifies(EVP_PKEY* key, std::string_view probe, std::string_view signature) {
    STACKSEAL_TRY(const auto context, must<DigestHandle>("digest", EVP_MD_CTX_new()));
    STACKSEAL_CHECK(must(
        "verify", EVP_DigestVerifyInit(context.get(), nullptr, probe_digest(key), nullptr, key)));
    const int good = EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                                      octets(probe), probe.size());
    return answer("verify", good < 0 ? 0 : good);
}

/// Both halves are stored in the key, and nothing else compares them.
core::Result<void> check_halves(EVP_PKEY* key) {
    constexpr std::string_view kProbe = "stackseal: do the halves of this key fit?";
    const auto signature = probe_signature(key, kProbe);
    if (!signature) return at("the private key cannot sign", corrupt(signature.error().message));
    STACKSEAL_TRY(const bool fits, verifies(key, kProbe, *signature));
    if (!fits) return corrupt("the private key's halves do not belong together");
    return {};
}

core::Result<KeyHandle> decode_labelled(const Label& label, const core::SecretBytes& der) {
    if (label.encoding == KeyEncoding::kPkcs8) return decode_key(der);
    STACKSEAL_TRY(KeyHandle key, decode(der, kTraditional, label.kind));
    return accept(std::move(key));
}

/// The first block that claims to be a private key.
core::Result<PemBlock> first_key_block(std::string_view pem) {
    if (pem.size() > kLongestText)
        return corrupt("the key's text has ", pem.size(), " bytes; at most ", kLongestText);
    PemReader reader(pem);
    while (true) {
        STACKSEAL_TRY(auto block, reader.next_pem());
        if (!block) return corrupt("no private key in PEM");
        if (block->label.ends_with("PRIVATE KEY")) return std::move(*block);
    }
}

}  // namespace

core::Result<std::string_view> kind_in(const core::SecretBytes& der) {
    const unsigned char* from = octets(der.reveal());
    STACKSEAL_TRY(
        const auto info,
        must<Pkcs8Handle>("the private key is no PKCS#8",
                          d2i_PKCS8_PRIV_KEY_INFO(nullptr, &from, static_cast<long>(der.size())),
                          Code::kCorrupt));
    if (from != octets(der.reveal()) + der.size())
        return corrupt("the private key is followed by stray bytes");
    const std::string_view kind = kind_of(info.get());
    if (kind.empty()) return corrupt("the private key is none of RSA, ECDSA and Ed25519");
    return kind;
}

core::Result<KeyHandle> decode_key(const core::SecretBytes& der) {
    STACKSEAL_TRY(const std::string_view kind, kind_in(der));
    STACKSEAL_TRY(KeyHandle key, decode(der, kPkcs8, kind.data()));  // a literal: it ends with 0
    return accept(std::move(key));
}

core::Result<StoredKey> read_key(std::string_view pem) {
    STACKSEAL_TRY(const PemBlock block, first_key_block(pem));
    const Label* label = label_of(block.label);
    if (block.label == "ENCRYPTED PRIVATE KEY")
        return corrupt("line ", block.line,
                       ": the private key is encrypted; store it in the clear");
    if (label == nullptr)
        return corrupt("line ", block.line, ": ", block.label, " is not read; use PKCS#8");
    auto key = decode_labelled(*label, block.der);
    if (!key) return at(core::concat("line ", block.line), std::move(key).error());
    STACKSEAL_CHECK(check_halves(key->get()));
    return StoredKey{*std::move(key), label->encoding};
}

std::optional<KeyEncoding> labelled_encoding(std::string_view pem) {
    const auto block = first_key_block(pem);
    const Label* label = block ? label_of(block->label) : nullptr;
    if (label == nullptr) return std::nullopt;
    return label->encoding;
}

core::Result<core::SecretBytes> encode_key(const EVP_PKEY* key, const char* structure) {
    STACKSEAL_TRY(
        const auto encoder,
        must<EncoderHandle>("key encoder", OSSL_ENCODER_CTX_new_for_pkey(
                                               key, EVP_PKEY_KEYPAIR, "DER", structure, nullptr)));
    STACKSEAL_TRY(const auto bio, must<BioHandle>("secure buffer", BIO_new(BIO_s_secmem())));
    STACKSEAL_CHECK(must("key encoding", OSSL_ENCODER_to_bio(encoder.get(), bio.get())));
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return core::SecretBytes(std::string_view(bytes, static_cast<std::size_t>(size)));
}

std::optional<core::KeySpec> spec_of(const EVP_PKEY* key) {
    using core::KeyAlgorithm;
    using core::KeySpec;
    if (key == nullptr) return std::nullopt;
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeySpec{KeyAlgorithm::kEd25519, 0};
    if (EVP_PKEY_is_a(key, "RSA") == 1) return KeySpec{KeyAlgorithm::kRsa, EVP_PKEY_get_bits(key)};
    if (EVP_PKEY_is_a(key, "EC") != 1) return std::nullopt;
    switch (OBJ_txt2nid(text_parameter(key, OSSL_PKEY_PARAM_GROUP_NAME).c_str())) {
        case NID_X9_62_prime256v1:
            return KeySpec{KeyAlgorithm::kEcdsa, 256};
        case NID_secp384r1:
            return KeySpec{KeyAlgorithm::kEcdsa, 384};
        case NID_secp521r1:
            return KeySpec{KeyAlgorithm::kEcdsa, 521};
        default:
            return std::nullopt;
    }
}

}  // namespace stackseal::pki
