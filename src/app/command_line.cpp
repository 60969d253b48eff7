#include "app/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/commands.hpp"
#include "app/completion.hpp"
#include "app/help.hpp"

namespace pay::app {
namespace {

constexpr int bad_use = 2;
constexpr const char* of_all_commands = "Options of every command";

/// One clear line on stderr, whatever went wrong.
int fail(const std::string& reason) {
    std::fprintf(stderr, "payments: %s\n", reason.c_str());
    return bad_use;
}

struct Description {
    const char* name;
    const char* text;
    const char* examples;  ///< a line each
};

CLI::App& describe(CLI::App& parent, const Description& description) {
    auto* command = parent.add_subcommand(description.name, description.text);
    std::string examples;
    for (std::string_view rest(description.examples); !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        examples.append("  ").append(line).append("\n");
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    command->footer("Examples:\n" + examples);
    return *command;
}

template <class Options>
CLI::App& add_command(
    CLI::App& parent, const Description& description, int (*run)(const Options&),
    std::function<int()>& chosen
) {
    auto* command = &describe(parent, description);
    auto options = std::make_shared<Options>();
    auto logs = std::make_shared<LogOptions>();
    auto config = std::make_shared<std::string>();
    add_flags(*command, *options);
    add_flags(*command, *logs);
    command->add_option("--config", *config, "TOML file with these flags as keys")
        ->envname("PAYMENTS_CONFIG")
        ->type_name("FILE");
    for (const auto* name : {"--log-level", "--log-format", "--config"}) {
        command->get_option(name)->group(of_all_commands);
    }
    command->final_callback([=, &chosen] {
        if (!command->get_subcommands().empty()) return;  // it chose
        chosen = [=] {
            if (!config->empty()) apply_config(*command, *config);
            start_log(*logs);
            return run(*options);
        };
    });
    return *command;
}

CLI::App& add_family(CLI::App& root, const Description& description) {
    auto& family = describe(root, description);
    family.require_subcommand(1);
    return family;
}

}  // namespace

CommandLine::CommandLine(const std::string& version)
    : x_root(std::make_unique<CLI::App>("The payment back end of a web-novel platform", "payments")
      ) {
    x_root->require_subcommand(1);
    x_root->set_version_flag("--version", "payments " + version);
    x_root->footer(
        "Every flag can also be given by the environment (PAYMENTS_DB for --db) and by the file\n"
        "that --config names. `payments COMMAND --help` has examples; docs/command-line.md has all."
    );
    add_services();
    add_books();
    add_operations();
    add_measures();
    add_shell();
    dress(*x_root);
}

CommandLine::~CommandLine() = default;

void CommandLine::add_services() {
    const char* group = "Serve";
    add_command<ServeOptions>(
        *x_root,
        {"serve", "Serve the services, all of them or those that are named",
         "payments serve\n"
         "payments serve --db sqlite:data --listen 127.0.0.1:8080\n"
         "payments serve order --db mysql://root@127.0.0.1:8100/payments "
         "--bus kafka://127.0.0.1:8110"},
        serve, x_chosen
    )
        .group(group);
    add_command<SandboxCommand>(
        *x_root,
        {"sandbox", "Serve the Bootpay sandbox alone",
         "payments sandbox --listen 127.0.0.1:8090 "
         "--webhook-url http://127.0.0.1:8080/webhooks/bootpay"},
        run_sandbox, x_chosen
    )
        .group(group);
    add_command<MigrateCommand>(
        *x_root,
        {"migrate", "Bring the databases to this version's schema",
         "payments migrate --db sqlite:data"},
        migrate, x_chosen
    )
        .group(group);
    add_command<TokenCommand>(
        *x_root,
        {"token", "Print a signed access token",
         "payments token --user kim\npayments token --user root --role admin --expires-in 15m"},
        print_token, x_chosen
    )
        .group(group);
}

void CommandLine::add_books() {
    const char* group = "Look things up (in the databases: the server may run or not)";
    auto& orders = add_family(
        *x_root, {"orders", "Orders: one with all that is known of it, or a list",
                  "payments orders list --status FAILING"}
    );
    orders.group(group);
    add_command<ShowOrderCommand>(
        orders,
        {"show", "One order: its steps, refunds, cancels, webhooks, item, points, timeline",
         "payments orders show ord_01M82AFH2C0000000000000001 --db sqlite:data"},
        show_order, x_chosen
    )
        .group("Commands");
    add_command<ListOrdersCommand>(
        orders,
        {"list", "Orders, newest first",
         "payments orders list --user kim\npayments orders list --status FAILING --limit 100\n"
         "payments orders list --receipt 65f0c1a2b3d4e5f601234561 --json"},
        list_orders, x_chosen
    )
        .group("Commands");
    auto& wallet = add_family(*x_root, {"wallet", "A user's points", "payments wallet show kim"});
    wallet.group(group);
    add_command<ShowWalletCommand>(
        wallet,
        {"show", "Balance, lots by expiry, the last lines of the ledger",
         "payments wallet show kim --ledger 50 --db sqlite:data"},
        show_wallet, x_chosen
    )
        .group("Commands");
    auto& report = add_family(
        *x_root, {"report", "Liability in points, settlement with the gateway",
                  "payments report liability --db sqlite:data"}
    );
    report.group(group);
    add_command<LiabilityCommand>(
        report,
        {"liability", "What the house owes its users in points",
         "payments report liability --db sqlite:data\n"
         "payments report liability --at 2026-03-02T00:00:00Z --json"},
        report_liability, x_chosen
    )
        .group("Commands");
    add_command<SettlementCommand>(
        report,
        {"settlement", "What the gateway collected, returned and keeps, by day",
         "payments report settlement --from 2026-03-01 --to 2026-03-31 --fee card=30\n"
         "payments report settlement --format csv"},
        report_settlement, x_chosen
    )
        .group("Commands");
    add_command<AuditCommand>(
        *x_root,
        {"audit", "Prove the books",
         "payments audit --db sqlite:data\n"
         "payments audit --db sqlite:data --bootpay-url http://127.0.0.1:8090/v2 --json"},
        run_audit, x_chosen
    )
        .group(group);
}

void CommandLine::add_operations() {
    const char* group = "Operate a running server";
    add_command<TopCommand>(
        *x_root,
        {"top", "How a running system is, live: rates, latencies, lag, stuck orders",
         "payments top --url http://127.0.0.1:8080\n"
         "payments top --metrics-url http://127.0.0.1:8081,http://127.0.0.1:8082 --interval 5s\n"
         "payments top --once --json"},
        show_top, x_chosen
    )
        .group(group);
    add_command<ReconcileCommand>(
        *x_root,
        {"reconcile", "Compare the orders with the gateway and the ledger",
         "payments reconcile --url http://127.0.0.1:8080\n"
         "payments reconcile --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z --json"},
        run_reconcile, x_chosen
    )
        .group(group);
    add_command<DeadLettersCommand>(
        *x_root,
        {"dead-letters", "Messages that could not be handled",
         "payments dead-letters list\n"
         "payments dead-letters show ded_01M82AFH2C0000000000000001\n"
         "payments dead-letters replay ded_01M82AFH2C0000000000000001 --reason 'fixed in 1.2'"},
        run_dead_letters, x_chosen
    )
        .group(group);
    add_command<ActionsCommand>(
        *x_root,
        {"actions", "What operators did",
         "payments actions --limit 20\npayments actions --service point --actor root"},
        list_actions, x_chosen
    )
        .group(group);
}

void CommandLine::add_measures() {
    auto& bench = add_command<BenchCommand>(
        *x_root,
        {"bench", "Load a server and measure it",
         "payments bench charge --orders 10000\n"
         "payments bench mixed --seconds 30 --rate 500 --db sqlite:data --json"},
        run_bench, x_chosen
    );
    bench.group("Measure");
    add_command<FloorCommand>(
        bench,
        {"floor", "Write the rows of charges with nothing around them",
         "payments bench floor --db sqlite:data --batch order=64,point=24,order_item=24"},
        run_floor, x_chosen
    )
        .group("Commands");
    add_command<SeedCommand>(
        bench,
        {"seed", "Write past orders in bulk",
         "payments bench seed --db sqlite:data --orders 1000000 --users 10000"},
        run_seed, x_chosen
    )
        .group("Commands");
}

void CommandLine::add_shell() {
    auto& command = describe(
        *x_root, {"completion", "Print the script that completes commands in your shell",
                  "payments completion bash > ~/.local/share/bash-completion/completions/payments\n"
                  "payments completion zsh > ~/.zfunc/_payments\n"
                  "payments completion fish > ~/.config/fish/completions/payments.fish"}
    );
    command.group("Shell");
    auto shell = std::make_shared<std::string>();
    command.add_option("shell", *shell, "Which shell completes")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command.final_callback([this, shell] {
        x_chosen = [this, shell] {
            std::fputs(completion_script(*x_root, *shell).c_str(), stdout);
            return 0;
        };
    });
}

int CommandLine::parse_and_run(int argc, const char* const* argv) {
    if (argc < 2) {
        std::fputs(x_root->help().c_str(), stdout);
        return 0;
    }
    // CLI11 would take a help flag behind it for the whole program's.
    if (argv[1][0] != '-') {
        if (const auto fault = unknown_command(*x_root, argv[1])) return fail(*fault);
    }
    x_root->parse(argc, argv);
    return x_chosen();
}

int CommandLine::run(int argc, const char* const* argv) {
    try {
        return parse_and_run(argc, argv);
    } catch (const CLI::Success& asked) {
        return x_root->exit(asked);
    } catch (const CLI::Error& failure) {
        return fail(explain(*x_root, failure));
    } catch (const std::exception& failure) {
        return fail(failure.what());
    }
}

}  // namespace pay::app
