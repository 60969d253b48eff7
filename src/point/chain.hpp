#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "point/types.hpp"

/// The hash chain of a wallet: the hash of each of its transactions is over all that the
/// transaction says and over the hash of the one before, so that nothing of the past can be
/// changed, removed or put in without changing the wallet's head. Pure.
namespace pay::point {

/// A transaction as its hash sees it. Texts and not enumerators: who checks a ledger that may be
/// damaged hashes what stands there.
class Link {
 public:
    /// `previous`: the wallet's head before; empty of its first. `wallet_version`: its place.
    struct Head {
        std::string_view previous;
        std::string_view transaction_id;
        std::string_view user_id;
        std::string_view order_id;  ///< empty: of no order
        std::string_view reason;
        std::int64_t at = 0;  ///< milliseconds since 1970
        std::int64_t balance_after = 0;
        std::int64_t wallet_version = 0;
    };
    explicit Link(const Head& head);
    /// The lines, in their order.
    void add_line(std::string_view account, std::int64_t points);
    std::string hash() const;

 private:
    void add(std::string_view text);
    void add(std::int64_t number);
    std::string x_text;
};

/// Makes the posting the next of the wallet's chain: once it is complete, and the wallet's version
/// is that after it.
void chain(Wallet& wallet, Posting& posting);

}  // namespace pay::point
