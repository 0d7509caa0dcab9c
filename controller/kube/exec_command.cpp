// SPDX-License-Identifier: Apache-2.0
// Runs a credential program: posix_spawn without a shell, no descriptor of ours, a deadline.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/exec_plugin.hpp"

namespace stackseal::kube {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// A pipe whose ends are closed on exec and at the end.
class Pipe {
  public:
    Pipe() { made_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        if (!made_) return;
        ::close(ends_[0]);
        close_writer();
    }
    bool made() const { return made_; }
    int reader() const { return ends_[0]; }
    int writer() const { return ends_[1]; }
    void close_writer() {
        if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
    }

  private:
    std::array<int, 2> ends_{-1, -1};
    bool made_ = false;
};

/// A child in a process group of its own: ended and reaped, whatever happens.
class Child {
  public:
    explicit Child(pid_t pid) : pid_(pid) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ < 0) return;
        ::kill(-pid_, SIGKILL);
        wait();
    }
    /// Its exit status as waitpid gives it.
    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return status;
    }

  private:
    pid_t pid_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

core::Error failed(const ExecCommand& command, std::string_view what) {
    std::string message = core::concat("credential plugin \"", command.argv[0], "\": ", what);
    if (!command.install_hint.empty()) message += core::concat("; ", command.install_hint);
    return {core::Code::kUnavailable, std::move(message)};
}

/// Standard input empty, output to the pipe, errors to where ours go; all else closed.
class Actions {
  public:
    explicit Actions(int output) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files_, output, 1);
        ::posix_spawn_file_actions_addclosefrom_np(&files_, 3);
        ::posix_spawnattr_init(&attributes_);
        set_signals();
    }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    ~Actions() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    core::Result<pid_t> spawn(const ExecCommand& command) const {
        std::vector<std::string> argv = command.argv;
        std::vector<std::string> environment = command.environment;
        pid_t pid = -1;
        const int error = ::posix_spawnp(&pid, argv[0].c_str(), &files_, &attributes_,
                                         pointers(argv).data(), pointers(environment).data());
        if (error != 0)
            return failed(command, core::concat("cannot start: ", std::strerror(error)));
        return pid;
    }

  private:
    void set_signals() {
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }

    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

/// True if there is something to read or the other end closed; false when the time is over.
bool readable(int fd, SteadyTime until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd wanted{fd, POLLIN, 0};
    const int got = ::poll(&wanted, 1, static_cast<int>(left.count()));
    return got > 0 || (got < 0 && errno == EINTR);
}

core::Result<core::SecretBytes> read_output(int fd, const ExecCommand& command, SteadyTime until) {
    std::string text(command.output_limit + 1, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        if (!readable(fd, until)) return failed(command, "did not finish in time");
        const ssize_t got = ::read(fd, text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(command, std::strerror(errno));
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    if (filled == text.size()) return failed(command, "printed too much");
    text.resize(filled);
    return core::SecretBytes::take(std::move(text));
}

/// Variables of this process that a plugin must not see: the HTTP adapter blinds its library to the
/// system's trust anchors, and the plugin may need them.
bool is_ours(std::string_view entry) {
    return entry.starts_with("KUBERNETES_EXEC_INFO=") || entry == "SSL_CERT_FILE=/dev/null" ||
           entry == "SSL_CERT_DIR=/dev/null";
}

std::string ending(int status) {
    if (WIFSIGNALED(status)) return core::concat("was ended by signal ", WTERMSIG(status));
    return core::concat("exited with ", WEXITSTATUS(status));
}

}  // namespace

ExecCommand exec_command(const Config& config) {
    ExecCommand command;
    command.argv.push_back(config.exec->command);
    for (const std::string& arg : config.exec->args) command.argv.push_back(arg);
    for (char** entry = ::environ; *entry != nullptr; ++entry) {
        if (!is_ours(*entry)) command.environment.emplace_back(*entry);
    }
    // The last of two equal names counts for no libc; what the kubeconfig sets comes first.
    std::vector<std::string> first = {"KUBERNETES_EXEC_INFO=" + exec_info(config)};
    for (const auto& [name, value] : config.exec->env)
        first.push_back(core::concat(name, "=", value));
    command.environment.insert(command.environment.begin(), first.begin(), first.end());
    command.install_hint = config.exec->install_hint;
    return command;
}

core::Result<core::SecretBytes> run_command(const ExecCommand& command) {
    const SteadyTime until = std::chrono::steady_clock::now() + command.deadline;
    Pipe pipe;
    if (!pipe.made()) return failed(command, std::strerror(errno));
    STACKSEAL_TRY(const pid_t pid, Actions(pipe.writer()).spawn(command));
    Child child(pid);
    pipe.close_writer();
    STACKSEAL_TRY(core::SecretBytes output, read_output(pipe.reader(), command, until));
    const int status = child.wait();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return failed(command, ending(status));
    return output;
}

}  // namespace stackseal::kube
