#include "app/flags.hpp"

#include <algorithm>

namespace pay::app {
namespace {

/// As read_duration() takes it, in its largest whole unit.
std::string write_duration(Duration value) {
    const auto ms = value.count();
    if (ms % 60'000 == 0) return std::to_string(ms / 60'000) + "m";
    if (ms % 1'000 == 0) return std::to_string(ms / 1'000) + "s";
    return std::to_string(ms) + "ms";
}

}  // namespace

/// PAYMENTS_BOOTPAY_URL for --bootpay-url.
std::string variable_of(const std::string& flag) {
    std::string name = "PAYMENTS_" + flag.substr(2);
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return c == '-' ? '_' : static_cast<char>(std::toupper(c));
    });
    return name;
}

/// A secret: never shown as a default, never on a command line of our own scripts.
void secret(
    CLI::App& command, const std::string& name, std::string& value, const std::string& text
) {
    command.add_option(name, value, text)->envname(variable_of(name));
}

void toggle(CLI::App& command, const std::string& name, bool& value, const std::string& text) {
    command.add_flag(name, value, text)->envname(variable_of(name));
}

void duration(
    CLI::App& command, const std::string& name, Duration& value, const std::string& text
) {
    command
        .add_option_function<std::string>(
            name, [&value](const std::string& given) { value = read_duration(given); }, text
        )
        ->envname(variable_of(name))
        ->type_name("DURATION")
        ->default_str(write_duration(value));
}

void days(CLI::App& command, const std::string& name, Duration& value, const std::string& text) {
    const auto in_days = std::chrono::duration_cast<std::chrono::days>(value);
    command
        .add_option_function<std::int64_t>(
            name, [&value](std::int64_t given) { value = std::chrono::days{given}; }, text
        )
        ->envname(variable_of(name))
        ->check(CLI::Range(1, 36'500))
        ->type_name("DAYS")
        ->default_str(std::to_string(in_days.count()));
}

void add_token_flags(CLI::App& command, TokenSecret& token) {
    secret(
        command, "--jwt-secret", token.secret, "HS256 secret of access tokens, 32 bytes or more"
    );
    flag(command, "--jwt-issuer", token.issuer, "Issuer that tokens must name");
    flag(command, "--jwt-audience", token.audience, "Audience that tokens must name");
}

void add_quiet(CLI::App& command, bool& quiet) {
    toggle(command, "--quiet", quiet, "Tell of no progress");
}

void add_bootpay_flags(CLI::App& command, bootpay::Options& options) {
    secret(
        command, "--bootpay-application-id", options.application_id, "Token form: application id"
    );
    secret(command, "--bootpay-private-key", options.private_key, "Token form: private key");
    secret(command, "--bootpay-client-key", options.client_key, "Basic form: client key");
    secret(command, "--bootpay-secret-key", options.secret_key, "Basic form: secret key");
}

}  // namespace pay::app
