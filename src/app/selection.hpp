#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/options.hpp"
#include "core/http/token.hpp"

/// What `serve` was asked to run, and whether it can be run together. Nothing is opened here.
namespace pay::app {

/// Whether this process serves the service (`order`, `point`, `order-item`, `item`).
bool serves(const ServeOptions& options, std::string_view service);
bool serves_all(const ServeOptions& options);
/// --listen, or the default port of what is served: each service alone has its own.
std::string listen_of(const ServeOptions& options);
/// --instance, or what tells processes on one network apart and is the same after a restart.
std::string instance_of(const ServeOptions& options);

/// Throws BadUse or std::runtime_error with one clear line for values and combinations that cannot
/// work.
void check(const ServeOptions& options);
/// The verifier of tokens, whose keys are read from a file.
std::shared_ptr<const http::TokenVerifier> make_verifier(
    const ServeOptions& options, std::shared_ptr<const Clock> clock
);

}  // namespace pay::app
