// SPDX-License-Identifier: Apache-2.0
// From a Certificate's spec to what should stand in its Secret. Pure.
#pragma once

#include "controller/api/certificate.hpp"
#include "reconcilers/issuance/resolve.hpp"

namespace stackseal::certificate {

/// The common name is the first DNS name (else the first address) of at most 64 characters where
/// none is given: libvirt and QEMU refuse an empty subject.
issuance::Demand demand_of(const api::Certificate& certificate, const issuance::Resolved& resolved);

}  // namespace stackseal::certificate
