#pragma once

#include <string>

namespace CLI {
class App;
}

namespace pay::app {

/// A script that lets a shell (`bash`, `zsh`, `fish`) complete the commands below `root`, their
/// flags, the values of those that take only some, and files. Needs nothing but the shell.
std::string completion_script(const CLI::App& root, const std::string& shell);

}  // namespace pay::app
