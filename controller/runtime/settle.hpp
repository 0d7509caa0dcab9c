// SPDX-License-Identifier: Apache-2.0
// The one loop of every reconciler: plan, apply, fold the answer in, plan again.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "controller/core/concat.hpp"
#include "controller/core/next.hpp"
#include "controller/core/result.hpp"
#include "controller/core/time.hpp"

namespace stackseal::runtime {

/// More than any object ever needs; a plan that asks for more does not see what it did.
inline constexpr int kMostSteps = 16;

/// The world as it was read, with a place for the answer to an action that was refused.
template <class T>
concept Refusable = requires(T observed) {
    { observed.refusal } -> std::same_as<std::optional<core::Error>&>;
};

/// plan(observed, now) gives at most one action and the next wake-up.
template <class Plan, class Observed>
concept Planner = std::invocable<Plan&, const Observed&, core::Instant> &&
    requires(std::invoke_result_t<Plan&, const Observed&, core::Instant> planned) {
    planned.action.has_value();
    { planned.next } -> std::convertible_to<core::Next>;
};

/// Plans and applies until no action is left, and returns that plan's wake-up.
/// apply(action, observed) → Result<void> does the action and folds what came of it into observed.
/// An action that is refused is folded as observed.refusal, and planned again. Errors: every other
/// error of apply; a refusal of what the plan did about a refusal (or it would write for ever);
/// kInternal after kMostSteps actions.
template <Refusable Observed, Planner<Observed> Plan, class Apply>
core::Result<core::Next> settle(Observed observed, core::Instant now, Plan&& plan, Apply&& apply) {
    for (int step = 0; step < kMostSteps; ++step) {
        auto planned = plan(std::as_const(observed), now);
        if (!planned.action) return planned.next;
        core::Result<void> applied = apply(*std::move(planned.action), observed);
        if (applied) continue;
        if (observed.refusal || !core::is_refusal(applied.error().code)) return applied.error();
        observed.refusal = std::move(applied).error();
    }
    return core::Error{core::Code::kInternal,
                       core::concat("the plan does not come to rest after ", kMostSteps,
                                    " actions: report this with the object's manifest")};
}

}  // namespace stackseal::runtime
