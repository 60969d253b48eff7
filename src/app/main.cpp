#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "app/commands.hpp"
#include "core/result/outage.hpp"

namespace {

constexpr int bad_use = 2;

/// One clear line on stderr, whatever went wrong.
int fail(const std::string& reason, int status) {
    std::fprintf(stderr, "payments: %s\n", reason.c_str());
    return status;
}

template <class Options>
CLI::App& add_command(
    CLI::App& root, const std::string& name, const std::string& text, int (*run)(const Options&),
    std::function<int()>& chosen
) {
    auto* command = root.add_subcommand(name, text);
    auto options = std::make_shared<Options>();
    auto logs = std::make_shared<pay::app::LogOptions>();
    auto config = std::make_shared<std::string>();
    pay::app::add_flags(*command, *options);
    pay::app::add_flags(*command, *logs);
    command->add_option("--config", *config, "TOML file with these flags as keys")
        ->envname("PAYMENTS_CONFIG");
    command->final_callback([=, &chosen] {
        if (!command->get_subcommands().empty()) return;  // it chose
        chosen = [=] {
            if (!config->empty()) pay::app::apply_config(*command, *config);
            pay::app::start_log(*logs);
            return run(*options);
        };
    });
    return *command;
}

/// A typing error is named; CLI11 would only ask for a subcommand.
void check_command(const CLI::App& root, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return;
    const std::string named = argv[1];
    const auto is_named = [&](const CLI::App* command) { return command->get_name() == named; };
    if (!root.get_subcommands(is_named).empty()) return;
    throw pay::app::BadUse("there is no command '" + named + "' (see --help)");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App root("The payment back end of a web-novel platform", "payments");
    root.require_subcommand(1);
    root.set_version_flag("--version", std::string("payments ") + PAY_VERSION);
    std::function<int()> chosen;
    using namespace pay::app;
    add_command<ServeOptions>(root, "serve", "Serve the services", serve, chosen);
    add_command<SandboxCommand>(
        root, "sandbox", "Serve the Bootpay sandbox alone", run_sandbox, chosen
    );
    add_command<TokenCommand>(root, "token", "Print a signed access token", print_token, chosen);
    auto& bench =
        add_command<BenchCommand>(root, "bench", "Load a server and measure it", run_bench, chosen);
    add_command<FloorCommand>(
        bench, "floor", "Write the rows of charges with nothing around them", run_floor, chosen
    );
    add_command<SeedCommand>(bench, "seed", "Write past orders in bulk", run_seed, chosen);
    add_command<AuditCommand>(root, "audit", "Prove the books", run_audit, chosen);
    auto* report = root.add_subcommand("report", "Read-only reports from the databases");
    report->require_subcommand(1);
    add_command<LiabilityCommand>(
        *report, "liability", "What the house owes its users in points", report_liability, chosen
    );
    add_command<SettlementCommand>(
        *report, "settlement", "What the gateway collected, returned and keeps, by day",
        report_settlement, chosen
    );
    add_command<DeadLettersCommand>(
        root, "dead-letters", "Messages that could not be handled", run_dead_letters, chosen
    );
    add_command<ReconcileCommand>(
        root, "reconcile", "Compare the orders with the gateway and the ledger", run_reconcile,
        chosen
    );
    add_command<ActionsCommand>(root, "actions", "What operators did", list_actions, chosen);
    add_command<MigrateCommand>(
        root, "migrate", "Bring the databases to this version", migrate, chosen
    );
    try {
        check_command(root, argc, argv);
        root.parse(argc, argv);
        return chosen();
    } catch (const CLI::Success& asked) {
        return root.exit(asked);
    } catch (const CLI::Error& failure) {
        return fail(std::string(failure.what()) + " (see --help)", bad_use);
    } catch (const BadUse& failure) {
        return fail(failure.what(), bad_use);
    } catch (const std::exception& failure) {
        return fail(failure.what(), bad_use);
    }
}
