#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

/// What people are told of the commands: --help, and one line for a wrong use.
namespace pay::app {

/// The help of all commands as this program writes it, as wide as the terminal.
void dress(CLI::App& root);

/// The names an option takes and no other (IsMember); empty: it takes more.
std::vector<std::string> choices_of(const CLI::Option& option);

/// `payments bench seed`
std::string name_of(const CLI::App& command);

/// The innermost command that was named on the command line.
const CLI::App& named_in(const CLI::App& root);

/// One line for what CLI11 refused: what is wrong, what was probably meant, where to look.
std::string explain(const CLI::App& root, const CLI::Error& error);

/// One line, too, for a first word that is no command of `root`; nothing if it is one.
std::optional<std::string> unknown_command(const CLI::App& root, const std::string& typed);

}  // namespace pay::app
