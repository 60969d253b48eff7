#pragma once

#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace pay::app {

/// The tree of all commands with their flags, examples and help.
class CommandLine {
 public:
    explicit CommandLine(const std::string& version);
    ~CommandLine();

    /// What `payments …` does: the exit status. Says what is wrong in one line on stderr.
    int run(int argc, const char* const* argv);

    const CLI::App& root() const { return *x_root; }

 private:
    void add_services();
    void add_books();
    void add_operations();
    void add_measures();
    void add_shell();
    int parse_and_run(int argc, const char* const* argv);

    std::unique_ptr<CLI::App> x_root;
    std::function<int()> x_chosen;  ///< by the command line
};

}  // namespace pay::app
