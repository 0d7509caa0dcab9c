// SPDX-License-Identifier: Apache-2.0
// The file behind --config: settings within their bounds, or exit code 2 and a reason.
#include <iostream>
#include <sstream>

#include "app/settings.hpp"
#include "tests/fuzz/claims.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

/// Takes over what is said on stderr for as long as it lives.
class Said {
  public:
    Said() : before_(std::cerr.rdbuf(buffer_.rdbuf())) {}
    ~Said() { std::cerr.rdbuf(before_); }
    Said(const Said&) = delete;
    Said& operator=(const Said&) = delete;

    std::string text() const { return buffer_.str(); }

  private:
    std::ostringstream buffer_;
    std::streambuf* before_;
};

void check_accepted(const app::CommandLine& line) {
    using Command = app::CommandLine::Command;
    require(line.command == Command::kController, "the file does not change the command");
    const app::RunSettings& run = line.controller.run;
    require(run.workers >= 1 && run.workers <= 64, "workers are in bounds");
    require(run.key_threads >= 1 && run.key_threads <= 64, "key threads are in bounds");
    require(run.log_format == "text" || run.log_format == "json", "the format is known");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::MemoryFile file;
    file.write(fuzz::text_of(data, size));
    std::string path = file.path();
    char program[] = "stackseal";
    char command[] = "controller";
    char flag[] = "--config";
    char* words[] = {program, command, flag, path.data(), nullptr};
    const Said said;
    app::Finished finished;
    const auto line = app::read_command_line(4, words, finished);
    if (line) {
        check_accepted(*line);
        return 0;
    }
    require(finished.exit_code == 2, "a wrong file ends the start");
    // The words are CLI11's, which quotes a value as it stands: once, on the terminal of its
    // author.
    require(!said.text().empty() && said.text().size() <= size + fuzz::kLongestMessage,
            "with a reason", said.text());
    return 0;
}
