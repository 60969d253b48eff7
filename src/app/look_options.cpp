#include "app/flags.hpp"

/// The flags of the commands that only look.
namespace pay::app {
namespace {

template <class E>
std::vector<std::string> names_of() {
    std::vector<std::string> names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto value) {
        names.emplace_back(value.name);
    });
    return names;
}

}  // namespace

void add_flags(CLI::App& command, ShowOrderCommand& options) {
    command.add_option("id", options.id, "Which one: ord_…")->required();
    flag(command, "--db", options.database_url, storage_text);
    toggle(command, "--json", options.json, "Print JSON");
}

void add_flags(CLI::App& command, ListOrdersCommand& options) {
    flag(command, "--db", options.database_url, storage_text);
    command.add_option("--user", options.user, "Of this user alone");
    command.add_option("--status", options.status, "In this status alone")
        ->check(CLI::IsMember(names_of<order::Status>()));
    command.add_option(
        "--receipt", options.receipt,
        "That hold this receipt of the gateway, or were "
        "handed it"
    );
    flag(command, "--limit", options.limit, "The newest, at most")->check(CLI::Range(1, 10'000));
    toggle(command, "--json", options.json, "Print JSON");
}

void add_flags(CLI::App& command, ShowWalletCommand& options) {
    command.add_option("user", options.user, "Whose it is: a user's id")->required();
    flag(command, "--db", options.database_url, storage_text);
    flag(command, "--ledger", options.ledger, "Lines of the ledger, the newest first")
        ->check(CLI::Range(0, 10'000));
    toggle(command, "--json", options.json, "Print JSON");
}

void add_flags(CLI::App& command, TopCommand& options) {
    flag(command, "--url", options.url, "The services, or what stands in front of them");
    flag(
        command, "--metrics-url", options.metrics_urls,
        "Whose /metrics are read, between commas; none: --url. Behind a proxy, each process"
    )
        ->delimiter(',');
    flag(command, "--interval", options.interval, "Between two looks");
    toggle(command, "--once", options.once, "Look for one interval, show it and end");
    secret(command, "--token", options.token, "Access token of an admin");
    add_token_flags(command, options.signing);
    toggle(command, "--json", options.json, "Print JSON, a line for each look");
}

}  // namespace pay::app
