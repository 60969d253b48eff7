#include "app/options.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "app/flags.hpp"
#include "bench/bench.hpp"

namespace pay::app {
namespace {

constexpr std::int64_t most = 1'000'000'000'000'000;  // a count above makes no sense anywhere

}  // namespace

Duration read_duration(const std::string& text) {
    std::int64_t count = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    constexpr std::int64_t longest = 10'000'000;  // counts above make no sense in any unit
    if (failure == std::errc{} && count >= 0 && count <= longest) {
        if (unit == "ms") return Duration{count};
        if (unit.empty() || unit == "s") return std::chrono::seconds{count};
        if (unit == "m") return std::chrono::minutes{count};
        if (unit == "h") return std::chrono::hours{count};
        if (unit == "d") return std::chrono::days{count};
    }
    throw BadUse("'" + text + "' is no duration: write 250ms, 90s, 15m, 24h or 2d");
}

void apply_config(CLI::App& command, const std::string& file) {
    if (std::filesystem::is_directory(file)) {
        throw BadUse("the config file " + file + " is a folder");
    }
    std::vector<CLI::ConfigItem> items;
    try {
        items = CLI::ConfigTOML().from_file(file);
    } catch (const CLI::Error& failure) {
        throw BadUse("the config file " + file + " cannot be read: " + failure.what());
    }
    for (const auto& item : items) {
        if (item.name == "++" || item.name == "--") continue;  // the parser's marks of sections
        auto* option = command.get_option_no_throw("--" + item.name);
        if (option == nullptr || !item.parents.empty()) {
            throw BadUse(
                "the config file " + file + " sets '" + item.fullname() +
                "', which this command does not know"
            );
        }
        if (option->count() > 0) continue;
        try {
            option->add_result(item.inputs);
            option->run_callback();
        } catch (const CLI::Error& failure) {
            throw BadUse("the config file " + file + ": " + failure.what());
        }
    }
}

void add_flags(CLI::App& command, SandboxCommand& options) {
    flag(command, "--listen", options.listen, "HOST:PORT; port 0 takes a free one");
    flag(command, "--webhook-url", options.webhook_url, "Where webhooks go; none: none are sent");
    flag(command, "--db", options.database, "File that keeps the receipts; none: memory");
    toggle(command, "--test-clock", options.test_clock, "Let POST /sandbox/clock advance the time");
    add_bootpay_flags(command, options.keys);
}

void add_flags(CLI::App& command, TokenCommand& options) {
    flag(command, "--user", options.user, "User id");
    flag(command, "--role", options.role, "user or admin")->check(CLI::IsMember({"user", "admin"}));
    flag(command, "--expires-in", options.expires_in, "Life of the token");
    add_token_flags(command, options.token);
    toggle(command, "--json", options.json, "Print JSON");
}

void add_flags(CLI::App& command, AuditCommand& options) {
    flag(command, "--db", options.database_url, storage_text);
    flag(
        command, "--bootpay-url", options.bootpay_url,
        "Also ask Bootpay (or a sandbox) at this base URL"
    );
    add_bootpay_flags(command, options.bootpay);
    flag(command, "--stuck-after", options.stuck_after, "Older than this is stuck");
    toggle(command, "--json", options.json, "Print JSON");
    add_quiet(command, options.quiet);
}

void add_flags(CLI::App& command, BenchCommand& options) {
    command
        .add_option(
            "scenario", options.scenario,
            "What is done again and again: charge (a purchase), spend (content paid with points), "
            "hot-wallet (purchases of one user), read (look-ups of orders and wallets), mixed (a "
            "purchase to nine look-ups)"
        )
        ->check(CLI::IsMember(bench::scenario_names()));
    flag(command, "--url", options.url, "The server under load");
    flag(
        command, "--sandbox-url", options.sandbox_url,
        "Its Bootpay sandbox, where receipts are paid"
    );
    flag(
        command, "--metrics-url", options.metrics_urls,
        "Whose /metrics tell of batches, between commas; none: --url. Behind a proxy, each process"
    )
        ->delimiter(',');
    flag(command, "--db", options.database_url, "The server's storage, to audit it at the end");
    flag(command, "--orders", options.orders, "End after so many steps; 0: by time")
        ->check(CLI::Range(std::int64_t{0}, most));
    flag(command, "--seconds", options.seconds, "End after so long; 0: by steps; neither: 10 s")
        ->check(CLI::Range(std::int64_t{0}, most));
    flag(command, "--clients", options.clients, "Clients at once, at most")
        ->check(CLI::Range(1, 10'000));
    flag(
        command, "--rate", options.rate,
        "Steps that arrive in a second, on a schedule from which latencies count; 0: each client "
        "begins its next step when its last one is done"
    )
        ->check(CLI::Range(0, 1'000'000));
    flag(command, "--warmup", options.warmup, "Steps before the measure begins")
        ->check(CLI::Range(std::int64_t{0}, most));
    add_token_flags(command, options.token);
    toggle(command, "--json", options.json, "Print JSON");
    add_quiet(command, options.quiet);
}

void add_flags(CLI::App& command, FloorCommand& options) {
    command.description(
        "Writes the rows of whole charges, in as many commits as a server does, with nothing "
        "around "
        "them: no HTTP, no JSON, no bus, no decisions. Into databases of its own beside those of "
        "--db, which are gone at the end."
    );
    flag(command, "--db", options.database_url, "Beside what storage: sqlite:DIR or mysql://…");
    flag(
        command, "--batch", options.batch,
        "Mean commands in one transaction: 64, or as a load was told: order=64,point=24,"
        "order_item=24"
    )
        ->required();
    flag(command, "--orders", options.orders, "End after so many charges; 0: by time")
        ->check(CLI::Range(std::int64_t{0}, most));
    flag(command, "--seconds", options.seconds, "End after so long; 0: by charges; neither: 10 s")
        ->check(CLI::Range(std::int64_t{0}, most));
    flag(command, "--users", options.users, "Buyers, in turn")->check(CLI::Range(1, 10'000'000));
    toggle(command, "--json", options.json, "Print JSON");
}

void add_flags(CLI::App& command, SeedCommand& options) {
    command.description(
        "Writes past, finished orders with all they left behind into the databases of a server "
        "that "
        "does not run; makes them if they are not there. On SQLite nothing waits for the disk "
        "until "
        "the end: if it is cut off, or the machine fails, throw the databases away."
    );
    flag(command, "--db", options.database_url, storage_text);
    flag(command, "--orders", options.orders, "How many")
        ->required()
        ->check(CLI::Range(1, 1'000'000'000));
    flag(command, "--users", options.users, "Buyers, in turn")->check(CLI::Range(1, 10'000'000));
    toggle(command, "--json", options.json, "Print JSON");
    add_quiet(command, options.quiet);
}

void add_flags(CLI::App& command, DeadLettersCommand& options) {
    command.add_option("action", options.action, "list, show, replay or discard")
        ->required()
        ->check(CLI::IsMember({"list", "show", "replay", "discard"}));
    command.add_option("id", options.id, "Which one: an ID that list shows");
    flag(command, "--url", options.url, "The services, or what stands in front of them");
    flag(command, "--reason", options.reason, "Why it is replayed or discarded");
    secret(command, "--token", options.token, "Access token of an admin");
    add_token_flags(command, options.signing);
    toggle(command, "--json", options.json, "Print JSON");
}

void add_flags(CLI::App& command, ReconcileCommand& options) {
    flag(command, "--url", options.url, "The order service, or what stands in front of it");
    command.add_option(
        "--from", options.from, "Orders made from here on; none: 7 days before --to"
    );
    command.add_option("--to", options.to, "Orders made before this; none: 5 minutes ago");
    command.add_option("--report", options.report, "A file for the report, too")->type_name("FILE");
    secret(command, "--token", options.token, "Access token of an admin");
    add_token_flags(command, options.signing);
    toggle(command, "--json", options.json, "Print JSON");
    add_quiet(command, options.quiet);
}

void add_flags(CLI::App& command, ActionsCommand& options) {
    flag(command, "--url", options.url, "The services, or what stands in front of them");
    command.add_option("--service", options.service, "Of this one alone; none: all four")
        ->check(CLI::IsMember({"order", "point", "order-item", "item"}));
    command.add_option("--actor", options.actor, "Of this admin alone");
    command.add_option("--target", options.target, "Done to this alone: an id");
    flag(command, "--limit", options.limit, "The newest, at most")->check(CLI::Range(1, 100'000));
    secret(command, "--token", options.token, "Access token of an admin");
    add_token_flags(command, options.signing);
    toggle(command, "--json", options.json, "Print JSON");
}

namespace {

template <class Options>
void add_report_flags(CLI::App& command, Options& options) {
    flag(command, "--db", options.database_url, storage_text);
    flag(command, "--utc-offset", options.utc_offset, "Of the clock that days and months go by");
    flag(command, "--format", options.format, "table, csv or json")
        ->check(CLI::IsMember({"table", "csv", "json"}));
    toggle(command, "--json", options.json, "As --format json");
}

}  // namespace

void add_flags(CLI::App& command, LiabilityCommand& options) {
    add_report_flags(command, options);
    flag(command, "--at", options.at, "A past time (2026-03-02T00:00:00Z); none: now");
    flag(
        command, "--won-per-point", options.won_per_point,
        "What a point is worth of which it is not known what was paid"
    )
        ->check(CLI::Range(0, 1'000'000));
    flag(
        command, "--outstanding-limit", options.outstanding_limit,
        "Won outstanding from which on the law may want a registration"
    )
        ->check(CLI::Range(std::int64_t{0}, most));
    flag(command, "--issuance-limit", options.issuance_limit, "The same of won issued in a year")
        ->check(CLI::Range(std::int64_t{0}, most));
}

void add_flags(CLI::App& command, SettlementCommand& options) {
    add_report_flags(command, options);
    flag(command, "--from", options.from, "First day (2026-03-02); none: the first there is");
    flag(command, "--to", options.to, "Last day; none: the last there is");
    flag(
        command, "--fee-permille", options.fee_permille,
        "What the gateway keeps, in thousandths, of methods that --fee does not name"
    )
        ->check(CLI::Range(0, 1000));
    flag(command, "--fee", options.fees, "METHOD=PERMILLE, such as card=30, between commas")
        ->delimiter(',');
}

void add_flags(CLI::App& command, MigrateCommand& options) {
    flag(command, "--db", options.database_url, storage_text);
    toggle(command, "--json", options.json, "Print JSON");
    add_quiet(command, options.quiet);
}

void add_flags(CLI::App& command, LogOptions& options) {
    flag(command, "--log-level", options.level, "debug, info, warn, error or off")
        ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}));
    flag(command, "--log-format", options.format, "text or json")
        ->check(CLI::IsMember({"text", "json"}));
}

void start_log(const LogOptions& options) {
    using log::Level;
    const auto level = options.level == "debug"  ? Level::debug
                       : options.level == "info" ? Level::info
                       : options.level == "warn" ? Level::warn
                       : options.level == "off"  ? Level::off
                                                 : Level::error;
    log::start(level, options.format == "json" ? log::Format::json : log::Format::text);
}

}  // namespace pay::app
