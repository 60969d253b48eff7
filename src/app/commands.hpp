#pragma once

#include "app/options.hpp"

/// The subcommands. Each returns the exit status; throws BadUse for what cannot work.
namespace pay::app {

int serve(const ServeOptions& options);
int run_sandbox(const SandboxCommand& options);
int print_token(const TokenCommand& options);
int run_audit(const AuditCommand& options);
int report_liability(const LiabilityCommand& options);
int report_settlement(const SettlementCommand& options);
int run_bench(const BenchCommand& options);
int run_floor(const FloorCommand& options);
int run_seed(const SeedCommand& options);
int run_dead_letters(const DeadLettersCommand& options);
int run_reconcile(const ReconcileCommand& options);
int list_actions(const ActionsCommand& options);
int show_order(const ShowOrderCommand& options);
int list_orders(const ListOrdersCommand& options);
int show_wallet(const ShowWalletCommand& options);
int show_top(const TopCommand& options);
int migrate(const MigrateCommand& options);

/// Blocks SIGINT and SIGTERM in this thread and those it starts, and ignores SIGPIPE; first thing.
void hold_signals();
/// Waits for SIGINT or SIGTERM.
void wait_for_signal();

}  // namespace pay::app
