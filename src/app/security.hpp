#pragma once

#include <string>
#include <string_view>

#include "app/options.hpp"
#include "sandbox/credentials.hpp"

/// What keeps the development defaults (a secret and keys that everybody knows) from ever serving
/// anybody but the developer's own machine.
namespace pay::app {

/// Signs tokens where nobody was given a secret; everybody knows it.
inline constexpr std::string_view development_secret =
    "payments-development-secret-not-for-production";

bool is_loopback_address(const std::string& host_and_port);
/// `sandbox:`, or an http(s) URL whose host is a loopback address. Throws std::runtime_error with
/// one clear line for what is neither.
bool is_loopback_gateway(const std::string& bootpay_url);

/// Fills in the development secret and the sandbox's credentials where they are allowed; throws
/// BadUse that says what to set where they are not. Refuses a test clock anywhere else.
void secure(ServeOptions& options, const std::string& listen);
/// The sandbox's credentials for a loopback gateway; throws BadUse if another one has none.
void complete_credentials(bootpay::Options& options, const std::string& bootpay_url);
/// The keys a sandbox accepts: those given, and its own default for a form that is not.
sandbox::Keys sandbox_keys(const bootpay::Options& given);
/// The given secret, or the development one, which is said on stderr.
std::string signing_secret(const TokenSecret& given);

}  // namespace pay::app
