#include "app/flags.hpp"

/// The flags of `payments serve`.
namespace pay::app {
namespace {

/// What users may cancel.
void add_cancel_flags(CLI::App& command, order::CancelPolicy& policy) {
    duration(
        command, "--cancel-within", policy.cool_off, "Users may cancel this long after paying"
    );
    toggle(
        command, "--cancel-only-unused", policy.only_unused,
        "Users may cancel only what they have spent nothing of"
    );
    flag(
        command, "--cancel-fee-permille", policy.fee_permille,
        "Kept of what users cancel, in thousandths of the amount"
    )
        ->check(CLI::Range(0, 1'000));
    flag(
        command, "--cancel-whole-only", policy.whole_only,
        "Ways of paying the gateway returns whole only, between commas"
    )
        ->delimiter(',');
}

void add_auto_charge_flags(CLI::App& command, order::AutoChargePolicy& policy) {
    flag(
        command, "--auto-charge-per-day", policy.per_day,
        "Auto-charges of a user in 24 hours, at most; 0: none are made"
    )
        ->check(CLI::Range(0, order::most_charges_per_day));
    flag(
        command, "--auto-charge-terms", policy.terms,
        "Version of the text that users agree to; recorded with their consent"
    )
        ->check([](const std::string& text) {
            return text.empty() || text.size() > 64 ? "it must be 1 to 64 bytes" : "";
        });
}

void add_point_flags(CLI::App& command, point::Settings& points) {
    days(command, "--points-paid-life", points.paid_life, "Bought points expire after this");
    days(command, "--points-bonus-life", points.bonus_life, "Bonus points expire after this");
    days(
        command, "--points-put-back-life", points.put_back_life,
        "Points put back after their time expire after this"
    );
    flag(
        command, "--points-notices", points.notices,
        "Days ahead of an expiry that it is announced, between commas"
    )
        ->delimiter(',')
        ->check(CLI::Range(1, 3'650));
    const std::string spend_order = "--points-spend-order";
    command
        .add_option_function<std::string>(
            spend_order,
            [&points](const std::string& given) {
                using enum point::SpendOrder;
                points.spend_order = given == "soonest-first" ? soonest_first : bonus_first;
            },
            "Which points are spent first"
        )
        ->envname(variable_of(spend_order))
        ->check(CLI::IsMember({"bonus-first", "soonest-first"}))
        ->default_str("bonus-first");
}

}  // namespace

void add_flags(CLI::App& command, ServeOptions& options) {
    command.add_option("services", options.services, "order, point, order-item, item; none: all")
        ->check(CLI::IsMember({"order", "point", "order-item", "item"}));
    flag(command, "--listen", options.listen, "HOST:PORT to serve on; port 0 takes a free one");
    flag(command, "--db", options.database_url, storage_text);
    flag(command, "--bus", options.bus_url, "Message bus: local: or kafka://HOST:PORT[,HOST:PORT]");
    flag(command, "--kafka-partitions", options.kafka_partitions, "Of topics that are made")
        ->check(CLI::Range(1, 1'000));
    flag(command, "--kafka-replication", options.kafka_replication, "Of topics that are made")
        ->check(CLI::Range(1, 15));
    flag(
        command, "--instance", options.instance,
        "Name of this process among those that share a database; none: its host and port"
    );
    flag(
        command, "--bootpay-url", options.bootpay_url, "Bootpay's base URL, or sandbox: for our own"
    );
    add_bootpay_flags(command, options.bootpay);
    flag(
        command, "--bootpay-web-key", options.bootpay_web_key, "Key the browser opens Bootpay with"
    );
    flag(command, "--sandbox-listen", options.sandbox_listen, "HOST:PORT of the hosted sandbox");
    add_token_flags(command, options.token);
    flag(
        command, "--jwt-keys", options.token.keys_file,
        "PEM public key or JWKS file for RS256, ES256"
    )
        ->type_name("FILE");
    flag(command, "--cors-origin", options.cors_origin, "Origin whose pages may call this API");
    flag(
        command, "--page-token-origin", options.page_token_origins,
        "Origins whose pages may show ours and hand them a token, between commas"
    )
        ->delimiter(',');
    flag(
        command, "--webhook-allow", options.webhook_allow,
        "CIDRs webhooks are taken from, between commas"
    )
        ->delimiter(',');
    flag(
        command, "--webhook-out-allow", options.webhooks.allowed,
        "CIDRs our own webhooks may go to though they are not public, between commas; for tests"
    )
        ->delimiter(',');
    flag(
        command, "--trusted-proxy", options.trusted_proxies,
        "CIDRs whose X-Forwarded-For is believed, between commas"
    )
        ->delimiter(',');
    toggle(
        command, "--no-migrate", options.no_migrate,
        "Refuse to start on an older schema instead of migrating"
    );
    toggle(
        command, "--test-clock", options.test_clock,
        "Let POST /v1/test/clock advance the time; with the sandbox and the development secret only"
    );
    auto& order = options.order;
    duration(command, "--expire-after", order.expire_after, "Unpaid orders expire after this");
    duration(
        command, "--saga-deadline", order.saga_deadline, "A paid order turns round after this"
    );
    duration(
        command, "--resend-after", order.resend_after, "Unanswered commands go again after this"
    );
    duration(
        command, "--reconcile-every", options.reconcile.every,
        "Orders are compared with gateway and ledger this often; 0: never by itself"
    );
    duration(command, "--poll-after", order.poll_after, "First question about an unpaid order");
    duration(
        command, "--approval-recheck", order.approval_recheck, "Unknown approvals are asked for"
    );
    duration(command, "--refund-recheck", order.refund_recheck, "Unknown refunds are asked for");
    add_cancel_flags(command, order.cancel);
    add_auto_charge_flags(command, order.auto_charge);
    add_point_flags(command, options.points);
}

}  // namespace pay::app
