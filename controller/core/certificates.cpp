// SPDX-License-Identifier: Apache-2.0
// Equality is that of the elements, wherever they are held.
#include "controller/core/certificates.hpp"

#include <algorithm>
#include <utility>

namespace stackseal::core {

Certificates::Certificates(std::initializer_list<CertificateFacts> all) {
    for (const CertificateFacts& one : all)
        push_back(std::make_shared<const CertificateFacts>(one));
}

CertificateFacts& Certificates::operator[](std::size_t index) {
    auto own = std::make_shared<CertificateFacts>(*all_[index]);
    CertificateFacts& element = *own;
    all_[index] = std::move(own);
    return element;
}

Certificates::Iterator Certificates::begin() const {
    Iterator it;
    it.at_ = all_.begin();
    return it;
}

Certificates::Iterator Certificates::end() const {
    Iterator it;
    it.at_ = all_.end();
    return it;
}

bool Certificates::operator==(const Certificates& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
}

}  // namespace stackseal::core
