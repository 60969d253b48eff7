#include "app/completion.hpp"

#include <CLI/CLI.hpp>
#include <vector>

#include "app/help.hpp"

namespace pay::app {
namespace {

/// What stands behind a flag.
enum class Value { none, some, file, storage };

struct Word {
    std::string name;
    std::string text;
    Value value = Value::none;
    std::vector<std::string> choices{};
};

struct Node {
    std::string path;  ///< `payments bench seed`
    std::vector<Word> commands{};
    std::vector<Word> flags{};
    std::vector<std::string> arguments{};  ///< what may stand without a flag
};

Value value_of(const CLI::Option& option) {
    if (option.get_expected_max() == 0) return Value::none;
    if (option.get_type_name() == "FILE") return Value::file;
    return option.get_single_name() == "db" ? Value::storage : Value::some;
}

void collect(const CLI::App& command, std::vector<Node>& nodes) {
    Node node{name_of(command)};
    for (const auto* option : command.get_options()) {
        if (option->get_positional()) {
            for (auto& choice : choices_of(*option)) node.arguments.push_back(std::move(choice));
            continue;
        }
        node.flags.push_back(
            {"--" + option->get_single_name(), option->get_description(), value_of(*option),
             choices_of(*option)}
        );
    }
    const auto below = command.get_subcommands([](const CLI::App*) { return true; });
    for (const auto* sub : below) {
        node.commands.push_back({sub->get_name(), sub->get_description()});
    }
    nodes.push_back(std::move(node));
    for (const auto* sub : below) collect(*sub, nodes);
}

std::string in_quotes(std::string_view text, std::string_view quote_inside) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += quote_inside;
        } else {
            out += c;
        }
    }
    return out + '\'';
}

/// For bash and zsh, and for fish.
std::string in_quotes(std::string_view text) {
    return in_quotes(text, "'\\''");
}
std::string in_quotes_for_fish(std::string_view text) {
    return in_quotes(text, "\\'");
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const auto& word : words) out.append(out.empty() ? "" : between).append(word);
    return out;
}

/// Of all commands but the first, what the words so far must be to have named it.
std::vector<std::string> paths_of(const std::vector<Node>& nodes) {
    std::vector<std::string> paths;
    for (const auto& node : nodes) {
        if (&node != &nodes.front()) paths.push_back(in_quotes(node.path));
    }
    return paths;
}

/// `path flag` of every flag that takes such a value.
std::vector<std::string> taking(const std::vector<Node>& nodes, Value value) {
    std::vector<std::string> all;
    for (const auto& node : nodes) {
        for (const auto& flag : node.flags) {
            if (flag.value != value || !flag.choices.empty()) continue;
            all.push_back(in_quotes(node.path + " " + flag.name));
        }
    }
    return all;
}

/// A case of the shell for each flag that takes one of some words: `'path flag') action words ;;`.
std::string choice_cases(const std::vector<Node>& nodes, const std::string& action) {
    std::string out;
    for (const auto& node : nodes) {
        for (const auto& flag : node.flags) {
            if (flag.choices.empty()) continue;
            out += "        " + in_quotes(node.path + " " + flag.name) + ") " + action + " " +
                   in_quotes(joined(flag.choices, " ")) + "; return ;;\n";
        }
    }
    return out;
}

std::string for_bash(const std::vector<Node>& nodes) {
    std::string out = R"(# Completes payments in bash: made by `payments completion bash`.
_payments_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_payments_files() { compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen "$1" -- "$cur")); }
_payments() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at=payments i words=
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$at ${COMP_WORDS[i]}" in
        )" + joined(paths_of(nodes), "|") +
                      R"() at+=" ${COMP_WORDS[i]}" ;;
        esac
    done
    # The shell breaks words at = and at :, each of which is then a word of its own.
    [[ $cur == = || $cur == : ]] && { prev=$cur; cur=; ((COMP_CWORD++)); }
    if [[ $prev == : ]]; then
        [[ ${COMP_WORDS[COMP_CWORD-2]} == sqlite ]] && _payments_files -d
        return
    fi
    [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}
    case "$at $prev" in
)" + choice_cases(nodes, "_payments_words") +
                      "        " + joined(taking(nodes, Value::file), "|") +
                      ") _payments_files -f; return ;;\n        " +
                      joined(taking(nodes, Value::storage), "|") +
                      ") compopt -o nospace 2>/dev/null; _payments_words 'sqlite: mysql://'; "
                      "return ;;\n        " +
                      joined(taking(nodes, Value::some), "|") + ") return ;;\n    esac\n" +
                      "    case \"$at\" in\n";
    for (const auto& node : nodes) {
        auto words = node.arguments;
        for (const auto& command : node.commands) words.push_back(command.name);
        for (const auto& flag : node.flags) words.push_back(flag.name);
        out += "        " + in_quotes(node.path) + ") words=" + in_quotes(joined(words, " ")) +
               " ;;\n";
    }
    return out + "    esac\n    _payments_words \"$words\"\n}\ncomplete -F _payments payments\n";
}

/// `name:text`, as _describe takes it.
std::string described(const Word& word) {
    std::string text;
    for (const char c : word.text) text += c == ':' ? "\\:" : std::string(1, c);
    return in_quotes(word.name + ":" + text);
}

std::string for_zsh(const std::vector<Node>& nodes) {
    std::string out = R"(#compdef payments
# Completes payments in zsh: made by `payments completion zsh`.
_payments_words() { compadd -- ${=1}; }
_payments() {
    local at=payments previous=${words[CURRENT-1]} i
    local -a commands flags
    for ((i = 2; i < CURRENT; i++)); do
        case "$at ${words[i]}" in
        )" + joined(paths_of(nodes), "|") +
                      R"() at+=" ${words[i]}" ;;
        esac
    done
    case "$at $previous" in
)" + choice_cases(nodes, "_payments_words") +
                      "        " + joined(taking(nodes, Value::file), "|") +
                      ") _files; return ;;\n        " + joined(taking(nodes, Value::storage), "|") +
                      ") if compset -P sqlite:; then _files -/; else compadd -S '' -- sqlite: "
                      "mysql://; fi; return ;;\n        " +
                      joined(taking(nodes, Value::some), "|") + ") return ;;\n    esac\n" +
                      "    case \"$at\" in\n";
    for (const auto& node : nodes) {
        std::vector<std::string> commands;
        for (const auto& argument : node.arguments) commands.push_back(in_quotes(argument));
        for (const auto& command : node.commands) commands.push_back(described(command));
        std::vector<std::string> flags;
        for (const auto& flag : node.flags) flags.push_back(described(flag));
        out += "        " + in_quotes(node.path) + ")\n            commands=(" +
               joined(commands, "\n                ") + ")\n            flags=(" +
               joined(flags, "\n                ") + ") ;;\n";
    }
    return out +
           "    esac\n"
           "    (( ${#commands} )) && _describe command commands\n"
           "    [[ ${words[CURRENT]} == -* || ${#commands} == 0 ]] && _describe flag flags\n"
           "}\n"
           "if [[ $funcstack[1] == _payments ]]; then _payments \"$@\"; "
           "else compdef _payments payments; fi\n";
}

std::string for_fish(const std::vector<Node>& nodes) {
    std::string out = R"(# Completes payments in fish: made by `payments completion fish`.
function __payments_at
    set -l at payments
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case )" + joined(paths_of(nodes), " ") +
                      R"(
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c payments -f
)";
    for (const auto& node : nodes) {
        const auto line = "complete -c payments -n '__payments_at \"" + node.path + "\"'";
        for (const auto& argument : node.arguments) out += line + " -a " + argument + '\n';
        for (const auto& command : node.commands) {
            out += line + " -a " + command.name + " -d " + in_quotes_for_fish(command.text) + '\n';
        }
        for (const auto& flag : node.flags) {
            out += line + " -l " + flag.name.substr(2);
            if (flag.value == Value::file) out += " -r -F";
            if (flag.value == Value::storage) out += " -x -a 'sqlite: mysql://'";
            if (flag.value == Value::some) out += " -x";
            if (!flag.choices.empty()) {
                out += " -a " + in_quotes_for_fish(joined(flag.choices, " "));
            }
            out += " -d " + in_quotes_for_fish(flag.text) + '\n';
        }
    }
    return out;
}

}  // namespace

std::string completion_script(const CLI::App& root, const std::string& shell) {
    std::vector<Node> nodes;
    collect(root, nodes);
    return shell == "bash" ? for_bash(nodes) : shell == "zsh" ? for_zsh(nodes) : for_fish(nodes);
}

}  // namespace pay::app
