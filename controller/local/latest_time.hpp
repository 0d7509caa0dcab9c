// SPDX-License-Identifier: Apache-2.0
// The latest time ever seen here, kept across restarts: a clock that was set back would sign
// certificates whose validity is wrong for everybody else.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "controller/local/folder.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::local {

/// Any thread may call. The state directory's file "clock" holds the time as RFC 3339 text.
class LatestTime {
  public:
    /// Reads the file; a damaged one is logged and begun anew. All three outlive this object.
    LatestTime(const Folder& state, ports::Clock& clock, ports::Log& log);

    /// Takes note of the time of day. Writes it if it is ahead of the file by two minutes; a file
    /// that somebody removed begins anew. A disk that refuses is logged and tried again.
    void note();
    /// How far the clock is behind the latest time.
    std::optional<core::ClockSkew> skew();

  private:
    std::optional<core::Time> read() const;
    core::Time advance();
    void tell(core::Time now);
    void write(core::Time now);

    const Folder& state_;
    ports::Clock& clock_;
    ports::Log& log_;
    std::mutex mutex_;
    std::optional<core::Time> written_;  ///< guarded by mutex_; as it stands in the file
    core::Time latest_;                  ///< guarded by mutex_
    bool behind_ = false;                ///< guarded by mutex_; at the last note
    std::string refusal_;                ///< guarded by mutex_; of the last write
};

}  // namespace stackseal::local
