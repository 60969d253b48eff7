#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time/clock.hpp"

namespace pay::sandbox {

/// What can be made to go wrong. The names on the wire are the same.
enum class Fault {
    decline_confirm,     ///< RC_CONFIRM_FAILED instead of an approval
    drop_after_confirm,  ///< charges, then closes the connection without an answer
    refuse_cancel,       ///< RC_CANCEL_SERVER_ERROR instead of a cancel
    drop_after_cancel,   ///< cancels, then closes the connection without an answer
    decline_charge,      ///< RC_CONFIRM_FAILED for a billing key's charge, reserved ones too
    drop_after_charge,   ///< charges a key, then closes the connection without an answer
    drop_after_reserve,  ///< reserves, then closes the connection without an answer
    withhold_consent,    ///< SUBSCRIBE_REQUEST_FAILED: an account's holder has not agreed
    delay,               ///< a call is looked at only after delay_ms
    http_500,            ///< 500, nothing done
    garbage,             ///< does what is asked, answers 200 with something that is not JSON
    refuse_connection,   ///< closes the connection, nothing done
    expire_token,        ///< all tokens stop working as a call comes with one
    webhook_lost,
    webhook_double,
    webhook_late,     ///< after delay_ms
    webhook_reorder,  ///< after the next webhook, or after delay_ms if none comes
};
inline constexpr std::size_t fault_count = 17;

std::string_view name_of(Fault fault);
std::optional<Fault> fault_named(std::string_view name);
/// Whether it may strike whatever is called, so that a path may be named.
bool strikes_any_call(Fault fault);

struct FaultSetting {
    std::optional<int> times;  ///< how often it still strikes; nothing: until it is taken back
    Duration delay{2'000};     ///< of the faults that wait
    std::string path{};        ///< the only path whose calls it strikes; empty: every one
};

/// The faults that are set. Any thread; costs one atomic read while there are none.
class Faults {
 public:
    void set(Fault fault, FaultSetting setting);  ///< in place of the former one of that name
    void clear();
    std::vector<std::pair<Fault, FaultSetting>> list() const;
    /// Whether the fault strikes now, with what it needs to know; uses up one of its times. `path`:
    /// of the call, if it is a fault that may strike any.
    std::optional<FaultSetting> take(Fault fault, std::string_view path = {});

 private:
    mutable std::mutex x_mutex;
    std::array<std::optional<FaultSetting>, fault_count> x_settings;
    std::atomic<bool> x_any = false;
};

}  // namespace pay::sandbox
