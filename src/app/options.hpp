#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bootpay/client.hpp"
#include "core/http/token.hpp"
#include "core/log/log.hpp"
#include "core/webhook_out/types.hpp"
#include "order/reconciler.hpp"
#include "order/types.hpp"
#include "point/lots.hpp"

namespace CLI {
class App;
}

/// The flags of the subcommands. Each can come from the command line, the environment
/// (PAYMENTS_LISTEN for --listen) or a TOML file (--config), in this order of precedence.
namespace pay::app {

/// A flag, a file or a value that cannot work: one clear line, exit 2, nothing started.
class BadUse : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

struct TokenSecret {
    std::string secret;
    std::string keys_file;
    std::string issuer;
    std::string audience;
};

struct ServeOptions {
    std::vector<std::string> services;
    std::string listen;  ///< empty: the default of what is served
    std::string database_url = "sqlite:data";
    std::string bus_url = "local:";
    int kafka_partitions = 3;
    int kafka_replication = 1;
    std::string instance;  ///< empty: host and port
    std::string bootpay_url = "sandbox:";
    bootpay::Options bootpay;
    std::string bootpay_web_key;
    std::string sandbox_listen = "127.0.0.1:8090";
    TokenSecret token;
    std::string cors_origin;
    std::vector<std::string> page_token_origins;
    std::vector<std::string> webhook_allow;
    webhook_out::Settings webhooks;
    std::vector<std::string> trusted_proxies;
    bool no_migrate = false;
    bool test_clock = false;
    order::Settings order;
    point::Settings points;
    order::reconcile::Options reconcile;
};

struct SandboxCommand {
    std::string listen = "127.0.0.1:8090";
    std::string webhook_url;
    std::string database;
    bootpay::Options keys;  ///< what it accepts; its own default where they are not given
    bool test_clock = false;
};

struct TokenCommand {
    std::string user;
    std::string role = "user";
    std::string expires_in = "24h";
    TokenSecret token;
    bool json = false;
};

struct AuditCommand {
    std::string database_url = "sqlite:data";
    std::string bootpay_url;
    bootpay::Options bootpay;
    std::string stuck_after = "5m";
    bool json = false;
    bool quiet = false;
};

struct BenchCommand {
    std::string scenario;
    std::string url = "http://127.0.0.1:8080";
    std::string sandbox_url = "http://127.0.0.1:8090";
    std::vector<std::string> metrics_urls;
    std::string database_url;  ///< empty: no audit at the end
    TokenSecret token;
    std::uint64_t orders = 0;
    std::uint64_t seconds = 0;
    std::size_t clients = 256;
    std::uint64_t rate = 0;
    std::uint64_t warmup = 200;
    bool json = false;
    bool quiet = false;
};

struct FloorCommand {
    std::string database_url = "sqlite:data";
    std::string batch;
    std::uint64_t orders = 0;
    std::uint64_t seconds = 0;
    std::size_t users = 1000;
    bool json = false;
};

struct SeedCommand {
    std::string database_url = "sqlite:data";
    std::uint64_t orders = 0;
    std::size_t users = 1000;
    bool json = false;
    bool quiet = false;
};

struct DeadLettersCommand {
    std::string action;
    std::string id;
    std::string url = "http://127.0.0.1:8080";
    std::string reason;
    std::string token;  ///< empty: one is signed
    TokenSecret signing;
    bool json = false;
};

struct ReconcileCommand {
    std::string url = "http://127.0.0.1:8080";
    std::string from;    ///< empty: seven days before `to`
    std::string to;      ///< empty: five minutes ago
    std::string report;  ///< a file for the report, too
    std::string token;   ///< empty: one is signed
    TokenSecret signing;
    bool json = false;
    bool quiet = false;
};

struct LiabilityCommand {
    std::string database_url = "sqlite:data";
    std::string at;  ///< empty: now
    std::int64_t won_per_point = 10;
    std::int64_t outstanding_limit = 3'000'000'000;
    std::int64_t issuance_limit = 50'000'000'000;
    std::string utc_offset = "+09:00";
    std::string format = "table";
    bool json = false;
};

struct SettlementCommand {
    std::string database_url = "sqlite:data";
    std::string from;  ///< empty: from the first day
    std::string to;    ///< empty: to the last
    std::int64_t fee_permille = 0;
    std::vector<std::string> fees;  ///< METHOD=PERMILLE
    std::string utc_offset = "+09:00";
    std::string format = "table";
    bool json = false;
};

struct ActionsCommand {
    std::string url = "http://127.0.0.1:8080";
    std::string service;  ///< empty: all
    std::string actor;
    std::string target;
    std::size_t limit = 100;
    std::string token;  ///< empty: one is signed
    TokenSecret signing;
    bool json = false;
};

struct ShowOrderCommand {
    std::string id;
    std::string database_url = "sqlite:data";
    bool json = false;
};

struct ListOrdersCommand {
    std::string database_url = "sqlite:data";
    std::string user;     ///< empty: everybody's
    std::string status;   ///< empty: any
    std::string receipt;  ///< empty: of any, or of none
    std::int64_t limit = 20;
    bool json = false;
};

struct ShowWalletCommand {
    std::string user;
    std::string database_url = "sqlite:data";
    std::int64_t ledger = 10;
    bool json = false;
};

struct TopCommand {
    std::string url = "http://127.0.0.1:8080";
    std::vector<std::string> metrics_urls;  ///< none: `url`
    std::string interval = "2s";
    bool once = false;
    std::string token;  ///< empty: one is signed
    TokenSecret signing;
    bool json = false;
};

struct MigrateCommand {
    std::string database_url = "sqlite:data";
    bool json = false;
    bool quiet = false;
};

struct LogOptions {
    std::string level = "info";
    std::string format = "text";
};

/// `90s`, `15m`, `24h`, `2d`, `250ms`, or a bare count of seconds; throws BadUse for anything else.
Duration read_duration(const std::string& text);

/// Lets `--config FILE` fill what neither the command line nor the environment gave. Throws BadUse.
void apply_config(CLI::App& command, const std::string& file);

void add_flags(CLI::App& command, ServeOptions& options);
void add_flags(CLI::App& command, SandboxCommand& options);
void add_flags(CLI::App& command, TokenCommand& options);
void add_flags(CLI::App& command, AuditCommand& options);
void add_flags(CLI::App& command, BenchCommand& options);
void add_flags(CLI::App& command, FloorCommand& options);
void add_flags(CLI::App& command, SeedCommand& options);
void add_flags(CLI::App& command, DeadLettersCommand& options);
void add_flags(CLI::App& command, ReconcileCommand& options);
void add_flags(CLI::App& command, LiabilityCommand& options);
void add_flags(CLI::App& command, SettlementCommand& options);
void add_flags(CLI::App& command, ActionsCommand& options);
void add_flags(CLI::App& command, ShowOrderCommand& options);
void add_flags(CLI::App& command, ListOrdersCommand& options);
void add_flags(CLI::App& command, ShowWalletCommand& options);
void add_flags(CLI::App& command, TopCommand& options);
void add_flags(CLI::App& command, MigrateCommand& options);
void add_flags(CLI::App& command, LogOptions& options);
void start_log(const LogOptions& options);

}  // namespace pay::app
