#pragma once

#include <string>

#include "order/reconcile_types.hpp"

/// The commands that mend what a reconciliation lists, and the words for it. `$URL` is the order
/// service's, `$TOKEN` an admin's.
namespace pay::order::reconcile {

std::string won(Won amount);
std::string points(Points count);
/// "4500 won there, 5000 won here".
std::string amounts(Won there, Won here);

/// A run over this order alone.
std::string ask_again(const Order& order);
/// What it waits for happens now; of a refused refund once more.
std::string retry(const Order& order);
std::string cancel_by_admin(const Order& order);
/// More returned here than there is made good there, any other difference by a cancel.
std::string correct_amount(const Order& order, const gateway::Payment& payment);
std::string adjust(const Order& order, Points by);
std::string look_at_ledger(const Order& order);
/// There is no call for it: in the gateway's own back office.
std::string return_there(const std::string& receipt_id);

}  // namespace pay::order::reconcile
