// SPDX-License-Identifier: Apache-2.0
// What a Certificate's status should say. Pure; recomputed, never trusted.
#pragma once

#include "reconcilers/certificate/plan.hpp"

namespace stackseal::certificate {

/// The status that belongs to a step that is no action of issuance.
api::CertificateStatus status_of(const Observed& observed, const issuance::Step& step,
                                 core::Time now);

}  // namespace stackseal::certificate
