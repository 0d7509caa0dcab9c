// SPDX-License-Identifier: Apache-2.0
// The invariants that hold at every step, checked where they could break: at each write of a
// process and at each step on the disk.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/world.hpp"

namespace stackseal::simulation {

/// What a process read last of each object: what its decisions rest on.
using View = std::map<core::Ref, api::Object>;

/// How the world stands just before a write, and what the writer knew.
struct Evidence {
    core::Ref ref;
    bool pair = false;  ///< the write brings a certificate
    std::int64_t revision = 0;
    api::Object before;
    Wanted wanted;                         ///< of a Certificate's Secret, as the writer saw it
    api::Snapshot<api::Issuer> authority;  ///< of an authority's Secret
    std::optional<core::ClockSkew> skew;
    core::Time now;
};

class Audit {
  public:
    Audit(World& world, Trace& trace) : world_(world), trace_(trace) {}

    /// Taken before a process's write reaches the cluster, and judged after it. done: the cluster
    /// said so; without it what stands there now still counts.
    Evidence before(const ports::Write& write, const View& view, ports::Clock& clock);
    void after(const Evidence& evidence, bool done);

    /// A consumer opens the Secret in which the disk is about to change.
    void look(const std::string& path);
    /// unusable() of a Secret as the cluster shows it; each state is verified once.
    std::string fault_in(const core::Ref& ref);
    /// All Secrets that stand there: none half, and one key for each revision.
    void take_census();

    /// Somebody else changes a Secret: until the next issuance its state is not the program's.
    void spoil(const core::Ref& ref) { spoiled_.insert(ref); }
    /// The Secret is a stranger's by now (or not any more): it must stay as it is.
    void guard(const core::Ref& ref);
    void unguard(const core::Ref& ref) { guarded_.erase(ref); }
    bool is_guarded(const core::Ref& ref) const { return guarded_.contains(ref); }
    void check_guarded();

    /// No old key and no unfinished generation lies about.
    void check_tidy();

    int writes() const { return writes_; }
    int issuances() const { return issuances_; }
    /// How many pairs have stood in a Secret so far.
    int pairs(const core::Ref& secret) const;

  private:
    void judge_secret(const Evidence& evidence, bool done);
    void judge_leaf(const Evidence& evidence, const api::SecretFacts& now);
    void judge_authority(const Evidence& evidence);
    void judge_amendment(const Evidence& evidence, const api::SecretFacts& now);
    void judge_key(const Evidence& evidence, const api::SecretFacts& now);
    void record(const core::Ref& ref);
    void check_folder(const std::filesystem::path& secret);
    std::string digest_of(const core::Ref& ref);

    World& world_;
    Trace& trace_;
    int writes_ = 0;
    int issuances_ = 0;
    std::map<core::Ref, std::set<std::string>> pairs_;  ///< digests
    std::map<std::string, std::string> keys_;      ///< Secret's uid and revision → public key
    std::map<std::string, std::string> verified_;  ///< digests → what is wrong with that Secret
    std::map<std::string, std::size_t> seen_;      ///< folder → what a consumer saw there last
    std::set<core::Ref> spoiled_;
    std::map<core::Ref, std::string> guarded_;
};

}  // namespace stackseal::simulation
