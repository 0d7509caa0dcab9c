// SPDX-License-Identifier: Apache-2.0
// zsh runs bash's script by its own emulation; fish has a language of its own.
#include "app/completion.hpp"

#include "controller/core/concat.hpp"

namespace stackseal::app {

namespace {

using core::concat;

std::string bash_case(const CommandWords& command) {
    return concat("    ", command.name, ") words='", core::join(command.flags, " "), "' ;;\n");
}

std::string bash_script(const std::vector<CommandWords>& commands) {
    std::vector<std::string> names;
    std::string cases;
    for (const CommandWords& command : commands) {
        names.push_back(command.name);
        cases += bash_case(command);
    }
    return concat(
        "_stackseal() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} words=\n"
        "  case ${COMP_WORDS[1]} in\n",
        cases,
        "  esac\n"
        "  [[ $COMP_CWORD -gt 1 ]] || words='",
        core::join(names, " "),
        "'\n"
        "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
        "}\n"
        "complete -o default -F _stackseal stackseal\n");
}

/// Within single quotes only the quote and the backslash mean something to fish.
std::string fish_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

std::string fish_flag(const std::string& command, const std::string& flag) {
    const bool is_long = flag.starts_with("--");
    return concat("complete -c stackseal -n '__fish_seen_subcommand_from ", command,
                  is_long ? "' -l " : "' -s ", flag.substr(is_long ? 2 : 1), "\n");
}

std::string fish_script(const std::vector<CommandWords>& commands) {
    std::string script;
    for (const CommandWords& command : commands) {
        script += concat("complete -c stackseal -n __fish_use_subcommand -a ", command.name, " -d ",
                         fish_quoted(command.about), "\n");
        for (const std::string& flag : command.flags) script += fish_flag(command.name, flag);
    }
    return script;
}

}  // namespace

std::string completion_script(std::string_view shell, const std::vector<CommandWords>& commands) {
    if (shell == "fish") return fish_script(commands);
    const std::string begin = shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
    return begin + bash_script(commands);
}

}  // namespace stackseal::app
