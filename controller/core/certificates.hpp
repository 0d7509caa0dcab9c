// SPDX-License-Identifier: Apache-2.0
// What stands in a Secret of certificates and key. An authority's certificates stand in the Secrets
// of all its leaves, so equal ones may be held once.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/core/x509.hpp"

namespace stackseal::core {

/// A list that behaves as one of CertificateFacts. Copies share their elements; changing one of
/// them copies it first.
class Certificates {
  public:
    /// Walks over the elements, which cannot be changed through it.
    class Iterator {
      public:
        using value_type = CertificateFacts;
        using difference_type = std::ptrdiff_t;

        const CertificateFacts& operator*() const { return **at_; }
        const CertificateFacts* operator->() const { return at_->get(); }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        Iterator operator++(int) {
            const Iterator before = *this;
            ++at_;
            return before;
        }
        bool operator==(const Iterator&) const = default;

      private:
        friend class Certificates;
        std::vector<std::shared_ptr<const CertificateFacts>>::const_iterator at_;
    };

    Certificates() = default;
    /// Copies of these.
    Certificates(std::initializer_list<CertificateFacts> all);

    void push_back(std::shared_ptr<const CertificateFacts> one) { all_.push_back(std::move(one)); }
    void clear() { all_.clear(); }
    /// The element, this list's own from now on.
    CertificateFacts& operator[](std::size_t index);

    const CertificateFacts& operator[](std::size_t index) const { return *all_[index]; }
    const CertificateFacts& front() const { return *all_.front(); }
    const CertificateFacts& back() const { return *all_.back(); }
    std::size_t size() const { return all_.size(); }
    bool empty() const { return all_.empty(); }
    Iterator begin() const;  ///< the first element
    Iterator end() const;    ///< behind the last

    bool operator==(const Certificates& other) const;

  private:
    std::vector<std::shared_ptr<const CertificateFacts>> all_;
};

/// A private key beside its certificate.
enum class KeyState : std::uint8_t { kMissing, kUnreadable, kMismatched, kMatches };

/// What stands in a Secret of certificate and key, without any byte of the key.
struct PairFacts {
    Certificates chain;    ///< tls.crt in its order: the leaf first
    Certificates anchors;  ///< ca.crt
    KeyState key = KeyState::kMissing;
    std::optional<KeySpec> key_spec;  ///< of the stored private key, if readable
    std::optional<KeyEncoding> encoding;
    std::string problem;  ///< empty: all that is present parses; else one line on what does not

    bool operator==(const PairFacts&) const = default;
};

}  // namespace stackseal::core
