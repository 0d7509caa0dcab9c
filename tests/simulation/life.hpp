// SPDX-License-Identifier: Apache-2.0
// One run: a storm by the seed, then calm, then the question whether all is as it should be.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/people.hpp"
#include "tests/simulation/process.hpp"

namespace stackseal::simulation {

class Life {
  public:
    Life(Mode mode, std::uint64_t seed);
    ~Life();

    /// The wishes stand there before the first process begins.
    void begin(Wishes wishes);
    /// Everything at once and anything in between, for so many steps.
    void storm(int steps);
    /// Faults end, obstacles mostly go, and what is due is done: then all must be as wished.
    void calm();
    /// A quiet cluster is started again: nothing is written.
    void restart_quietly();
    /// Without faults, until nothing is left to do. An object that is not as it should be while
    /// nobody expects to come again has lost its wake-up.
    void settle();

    /// Ends the process as kill -9 would, and starts another. In local mode the cluster with it.
    void restart();
    /// Happens while a deposed leader sleeps, before another takes over.
    void when_deposed(std::function<void()> then) { when_deposed_ = std::move(then); }
    /// The deposed process, if there is one, does what it has in hand and ends.
    void bury_zombie();
    /// The process hears of everything that happened.
    void catch_up();
    /// One pass; a process that died in it is replaced.
    bool step();

    /// From now on all writes are refused so; nothing: they go through again.
    void refuse_writes(std::optional<core::Code> code) { perils_.spell = code; }
    /// From now on writes are done and not answered, or are answered again.
    void lose_answers(bool lose) { perils_.odds.lost_answer = lose ? 1 : 0; }

    World& world() { return world_; }
    Audit& audit() { return audit_; }
    People& people() { return people_; }
    Process& process() { return *leader_; }
    const Trace& trace() const { return trace_; }
    /// What the next process will meet at its nth point.
    void strike_next_at(std::uint64_t nth, Fate fate);
    bool was_struck() const { return perils_.blows > 0; }

  private:
    void start();
    bool try_start();
    void end_processes();
    std::unique_ptr<Peril> next_peril();
    Stage stage() { return {world_, audit_, trace_}; }

    void interrupt();
    void intrude();
    void depose(int most_passes);
    void act();
    void begin_or_end_spell();
    void storm_once();
    void move_time();
    void step_clock();
    void disturb_streams();
    void notice();
    void work();
    void step_zombie();
    void reap();
    void hear_all();
    void work_off();
    void let_clock_be_noticed();
    void rest();
    bool advance_to_next(std::chrono::milliseconds at_most);
    int on_disk_step(std::string_view step, const std::string& path);

    Trace trace_;
    Chance chance_;
    Perils perils_;
    World world_;
    Audit audit_;
    People people_;
    std::unique_ptr<Process> leader_;
    std::unique_ptr<Process> heir_;    ///< leads once the present pass of leader_ is over
    std::unique_ptr<Process> zombie_;  ///< led before, and does not know
    std::function<void()> when_deposed_;
    Peril* disk_ = nullptr;  ///< of the process that holds the directory
    int disk_steps_ = 0;
    bool healed_ = false;   ///< the last start changed the disk before it did its work
    bool stepped_ = false;  ///< the wall clock, and perhaps nobody has noticed
    std::uint64_t strike_ = 0;
    Fate blow_ = Fate::kGoesOn;
};

/// The whole life of a seed.
void live(Life& life, int steps);

/// For the message of a failed test: what broke, the last lines, and the rest of the story.
std::string story(const Life& life);

}  // namespace stackseal::simulation
