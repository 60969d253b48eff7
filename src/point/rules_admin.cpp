#include "core/text/text.hpp"
#include "point/scope.hpp"

/// What administrators do.
namespace pay::point {
namespace {

constexpr std::size_t longest_reason = 200;
constexpr std::int64_t longest_life_days = 36'500;

void check_reason(const std::string& reason, std::vector<FieldFault>& faults) {
    if (text::is_line(reason, longest_reason)) return;
    faults.push_back(
        {"reason", {"It must be one line of 1 to 200 characters.", "1~200자의 한 줄이어야 합니다."}}
    );
}

std::vector<FieldFault> faults_of(const Adjust& adjust) {
    std::vector<FieldFault> faults;
    const auto points = adjust.points.value();
    if (points == 0 || points > largest_amount || points < -largest_amount) {
        faults.push_back(
            {"points",
             {"It must be a whole number that is not 0, up to 1000000000000 either way.",
              "0이 아니고 절댓값이 1000000000000 이하인 정수여야 합니다."}}
        );
    }
    check_reason(adjust.reason, faults);
    return faults;
}

std::vector<FieldFault> faults_of(const Grant& grant) {
    std::vector<FieldFault> faults;
    const auto points = grant.points.value();
    if (points < 1 || points > largest_amount) {
        faults.push_back(
            {"points",
             {"It must be a whole number from 1 to 1000000000000.",
              "1 이상 1000000000000 이하의 정수여야 합니다."}}
        );
    }
    const auto days = grant.expires_in_days.value_or(1);
    if (days < 1 || days > longest_life_days) {
        faults.push_back(
            {"expires_in_days",
             {"It must be a whole number from 1 to 36500.", "1 이상 36500 이하의 정수여야 합니다."}}
        );
    }
    check_reason(grant.reason, faults);
    return faults;
}

Error invalid(std::vector<FieldFault> faults) {
    return {
        Code::invalid,
        {"The request breaks the rules named in errors.", "errors에 있는 규칙에 맞지 않습니다."},
        std::move(faults),
        {}
    };
}

}  // namespace

Result<Wallet> apply(Scope& scope, const Adjust& adjust) {
    if (auto faults = faults_of(adjust); !faults.empty()) return invalid(std::move(faults));
    auto& row = row_of(scope, adjust.user_id);
    const bool gives = adjust.points > none;
    if (!gives && sum_of_left(spendable(row.lots, scope.settings, scope.now)) < -adjust.points) {
        return Error{
            Code::insufficient_points,
            {"The wallet holds fewer points than that.", "지갑의 포인트가 그보다 적습니다."},
            {},
            {}
        };
    }
    auto posting = posting_of(scope, adjust.transaction_id, adjust.user_id, {}, Reason::adjust);
    if (gives) {
        Points debt = row.wallet.owed;
        const Time end = scope.now + life_of(Kind::bonus, scope.settings);
        give(scope, row, posting, {Account::adjusted, Kind::bonus, {}, adjust.points, end}, debt);
    } else {
        take(scope, row, posting, -adjust.points);
        posting.add(Account::adjusted, -adjust.points);
    }
    post(scope, std::move(posting));
    scope.state.adjustments.push_back({adjust.transaction_id, adjust.admin_id, adjust.reason});
    return row.wallet;
}

Result<Wallet> apply(Scope& scope, const Grant& grant) {
    if (auto faults = faults_of(grant); !faults.empty()) return invalid(std::move(faults));
    auto& row = row_of(scope, grant.user_id);
    auto posting = posting_of(scope, grant.transaction_id, grant.user_id, {}, Reason::grant);
    const Duration life = grant.expires_in_days
                              ? Duration{std::chrono::days{*grant.expires_in_days}}
                              : life_of(grant.kind, scope.settings);
    Points debt = row.wallet.owed;
    give(
        scope, row, posting, {Account::issued, grant.kind, {}, grant.points, scope.now + life}, debt
    );
    post(scope, std::move(posting));
    scope.state.adjustments.push_back({grant.transaction_id, grant.admin_id, grant.reason});
    return row.wallet;
}

}  // namespace pay::point
