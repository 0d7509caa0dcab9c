// SPDX-License-Identifier: Apache-2.0
// Where a decoder stands in a document, and what it has found wrong so far.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/api/codec.hpp"
#include "controller/core/quoted.hpp"
#include "controller/core/value.hpp"

namespace stackseal::api {

using core::quoted;

/// Collects problems while a document is decoded; at most kMostProblems, so that a hostile
/// document cannot make a report larger than itself.
class Decoder {
  public:
    static constexpr std::size_t kMostProblems = 100;

    /// Extends the pointer by a key or an index for as long as it lives.
    class [[nodiscard]] Step {
      public:
        /// token is escaped here, and cut at 256 bytes. The last step begun must end first.
        Step(Decoder& decoder, std::string_view token);
        ~Step() { decoder_.path_.resize(length_); }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

      private:
        Decoder& decoder_;
        std::size_t length_;
    };

    /// Takes unknown keys without a word for as long as it lives: metadata and the kinds of
    /// Kubernetes have fields that are not ours to judge.
    class [[nodiscard]] Lenience {
      public:
        /// Nests: at its end the decoder is as lenient as before.
        explicit Lenience(Decoder& decoder) : decoder_(decoder), before_(decoder.lenient_) {
            decoder_.lenient_ = true;
        }
        ~Lenience() { decoder_.lenient_ = before_; }
        Lenience(const Lenience&) = delete;
        Lenience& operator=(const Lenience&) = delete;

      private:
        Decoder& decoder_;
        bool before_;
    };

    /// at gives the line; the pointer is that of the steps under way. Dropped beyond kMostProblems.
    void problem(const core::Value& at, std::string message);
    /// The same for a key that nobody reads; nothing under a Lenience.
    void unknown(const core::Value& at, std::string message);
    std::vector<Problem> take_problems() { return std::move(problems_); }
    std::vector<Problem> take_unknown() { return std::move(unknown_); }

  private:
    std::string path_;
    bool lenient_ = false;
    std::vector<Problem> problems_;
    std::vector<Problem> unknown_;
};

/// "text", "a number", "a list", …: what a node is, for messages.
std::string_view kind_of(const core::Value& value);

/// Characters as OpenAPI counts them: code points, not bytes.
std::size_t characters(std::string_view text);

/// A key as a token of a JSON pointer. Source: RFC 6901 section 3.
std::string pointer_token(std::string_view key);

}  // namespace stackseal::api
