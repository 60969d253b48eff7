#include <algorithm>

#include "app/help.hpp"
#include "app/nearest.hpp"

/// What a wrong use is answered with.
namespace pay::app {
namespace {

std::vector<std::string> commands_of(const CLI::App& command) {
    std::vector<std::string> names;
    for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(sub->get_name());
    }
    return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
    std::vector<std::string> names;
    for (const auto* option : command.get_options()) {
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string see_help(const CLI::App& command) {
    return " (see " + name_of(command) + " --help)";
}

/// What was probably meant, or where to look.
std::string advice(
    const CLI::App& command, std::string_view typed, const std::vector<std::string>& names
) {
    if (const auto meant = nearest(typed, names)) return "; did you mean '" + *meant + "'?";
    return see_help(command);
}

/// The first of the examples that the help of a command ends with.
std::string example_of(const CLI::App& command) {
    const std::string footer = command.get_footer();
    const auto begin = footer.find("  payments ");
    if (begin == std::string::npos) return see_help(command);
    return "; for example: " + footer.substr(begin + 2, footer.find('\n', begin) - begin - 2);
}

std::string unexpected(const CLI::App& root) {
    const auto& command = named_in(root);
    const auto word = root.remaining(true).front();
    if (word.starts_with('-') && word.size() > 1) {
        const auto flag = word.substr(0, word.find('='));
        return "there is no flag '" + flag + "'" + advice(command, flag, flags_of(command));
    }
    const auto commands = commands_of(command);
    if (!commands.empty()) {
        return "there is no command '" + word + "' of " + name_of(command) +
               advice(command, word, commands);
    }
    return name_of(command) + " takes no '" + word + "'" + see_help(command);
}

std::string missing(const CLI::App& root) {
    const auto& command = named_in(root);
    for (const auto* option : command.get_options()) {
        if (!option->get_required() || option->count() > 0) continue;
        const auto choices = choices_of(*option);
        const auto name =
            option->get_positional() ? option->get_single_name() : "--" + option->get_single_name();
        return name_of(command) + " needs " +
               (choices.empty() ? name : "one of " + joined(choices)) +
               (choices.empty() ? " (" + option->get_description() + ")" : "") +
               example_of(command);
    }
    return name_of(command) + " needs one of " + joined(commands_of(command)) + example_of(command);
}

/// The option that CLI11's text begins with: `--role: root not in …`.
const CLI::Option* option_in(const CLI::App& command, const std::string& text) {
    const auto name = text.substr(0, text.find_first_of(": "));
    return command.get_option_no_throw(name);
}

std::string invalid(const CLI::App& root, const std::string& text) {
    const auto& command = named_in(root);
    const auto* option = option_in(command, text);
    if (option == nullptr) return text + see_help(command);
    constexpr std::string_view outside = " not in range ";
    if (const auto at = text.find(outside); at != std::string::npos) {
        return option->get_name(false, true) + " takes a number from " +
               text.substr(at + outside.size()) + ", not '" + option->results().back() + "'";
    }
    auto choices = choices_of(*option);
    const auto typed = std::ranges::find_if(option->results(), [&](const std::string& result) {
        return std::ranges::find(choices, result) == choices.end();
    });
    if (choices.empty() || typed == option->results().end()) return text + see_help(command);
    if (!option->get_positional()) {
        return "--" + option->get_single_name() + " takes " + joined(choices) + ", not '" + *typed +
               "'" + advice(command, *typed, choices);
    }
    // Where a command has commands of its own, one of those may have been meant.
    std::ranges::move(commands_of(command), std::back_inserter(choices));
    return name_of(command) + " takes " + joined(choices) + ", not '" + *typed + "'" +
           advice(command, *typed, choices);
}

std::string without_value(const CLI::App& root, const std::string& text) {
    const auto& command = named_in(root);
    const auto* option = option_in(command, text);
    if (option == nullptr || option->count() > 0) return text + see_help(command);
    return option->get_name(false, true) + " needs a value: " + option->get_description() +
           example_of(command);
}

}  // namespace

std::string name_of(const CLI::App& command) {
    const auto* parent = command.get_parent();
    return parent == nullptr ? command.get_name() : name_of(*parent) + " " + command.get_name();
}

const CLI::App& named_in(const CLI::App& root) {
    const auto* command = &root;
    while (!command->get_subcommands().empty()) command = command->get_subcommands().back();
    return *command;
}

std::string explain(const CLI::App& root, const CLI::Error& error) {
    const std::string text = error.what();
    // What was not understood explains whatever else is wrong.
    if (!root.remaining(true).empty()) return unexpected(root);
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing(root);
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) return invalid(root, text);
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        return without_value(root, text);
    }
    return text + see_help(named_in(root));
}

std::optional<std::string> unknown_command(const CLI::App& root, const std::string& typed) {
    const auto commands = commands_of(root);
    if (std::ranges::find(commands, typed) != commands.end()) return std::nullopt;
    return "there is no command '" + typed + "'" + advice(root, typed, commands);
}

}  // namespace pay::app
