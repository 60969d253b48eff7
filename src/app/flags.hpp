#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "app/options.hpp"

/// How each kind of flag is added to a subcommand: from the command line, the environment and the
/// configuration file alike.
namespace pay::app {

inline constexpr const char* storage_text =
    "Storage: sqlite:DIR or mysql://USER:PASSWORD@HOST:PORT/PREFIX";

/// PAYMENTS_BOOTPAY_URL for --bootpay-url.
std::string variable_of(const std::string& flag);

template <class T>
CLI::Option* flag(CLI::App& command, const std::string& name, T& value, const std::string& text) {
    return command.add_option(name, value, text)->envname(variable_of(name))->capture_default_str();
}

/// A secret: never shown as a default, never on a command line of our own scripts.
void secret(
    CLI::App& command, const std::string& name, std::string& value, const std::string& text
);
void toggle(CLI::App& command, const std::string& name, bool& value, const std::string& text);
/// As read_duration() takes it.
void duration(CLI::App& command, const std::string& name, Duration& value, const std::string& text);
/// A whole number of days.
void days(CLI::App& command, const std::string& name, Duration& value, const std::string& text);

void add_token_flags(CLI::App& command, TokenSecret& token);
/// --quiet, of what tells of its progress.
void add_quiet(CLI::App& command, bool& quiet);
void add_bootpay_flags(CLI::App& command, bootpay::Options& options);

}  // namespace pay::app
