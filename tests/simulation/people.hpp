// SPDX-License-Identifier: Apache-2.0
// Everybody else: users who change their minds, and others who delete, damage, replace and restore
// Secrets.
#pragma once

#include "tests/simulation/audit.hpp"
#include "tests/simulation/chance.hpp"
#include "tests/simulation/wishes.hpp"

namespace stackseal::simulation {

class People {
  public:
    People(World& world, Audit& audit, Chance& chance, Trace& trace)
        : world_(world), audit_(audit), chance_(chance), trace_(trace) {}

    /// Gives the wishes to the cluster, and the CA that the given issuer stands on.
    void begin(Wishes wishes);
    /// Somebody does something, by chance.
    void act();
    /// Most of what stands in the way goes: whoever took something brings it back.
    void make_up();

    // What they can do, for tests that choose it.
    void change_names(const std::string& certificate);
    void ask_for_reissue(const std::string& certificate);
    void replace_ca();
    void remove(const core::Ref& secret);
    void damage(const core::Ref& secret);
    void replace_by_stranger(const core::Ref& secret);
    void withdraw_stranger(const core::Ref& secret);
    void lose_authority(const std::string& issuer);
    void restore_authority(const std::string& issuer);
    /// The wishes go to the cluster.
    void tell();

    Wishes wishes;

  private:
    void change_certificate();
    void change_issuer();
    void tear_manifest();
    void disturb_secret();
    void disturb_authority();
    void damage_file(const core::Ref& secret);
    core::Ref some_secret();
    /// Writes keys of a Secret as whoever may.
    bool put(const core::Ref& ref, api::Meta meta, std::map<std::string, core::SecretBytes> data);

    World& world_;
    Audit& audit_;
    Chance& chance_;
    Trace& trace_;
    std::map<std::string, api::Secret> lost_;  ///< authorities' Secrets by Issuer
    int authors_ = 0;
};

}  // namespace stackseal::simulation
