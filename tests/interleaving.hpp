#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json/names.hpp"
#include "core/json/read.hpp"
#include "order/rules.hpp"
#include "order_item/rules.hpp"
#include "point/rules.hpp"
#include "point/wire.hpp"

/// One charge, and everybody who may act on it, as steps that a scheduler puts in any order. A step
/// is what happens as a whole: a transaction of one service, one call of the gateway, or one
/// delivery of a message. What is kept between steps is what the databases and the gateway keep;
/// everything else an actor holds is lost when its process dies.
namespace pay::test {

using Messages = std::vector<bus::Message>;

inline const std::string the_order = "ord_a";
inline const std::string the_receipt = "aaaaaaaaaaaaaaaaaaaaaaaa";
inline const std::string the_user = "kim";
inline constexpr Won the_price{5'000};
inline constexpr Points the_points{500};

/// What the services keep, in memory, so that it can be copied.
struct Books {
    Books();

    Result<order::Answer> order(const order::Command& command, Time now, Messages& messages);
    void point(const point::Instruction& instruction, Time now, Messages& messages);
    void order_item(const order_item::Command& command, Time now, Messages& messages);
    order::Order the_order_now() { return orders.orders.at(the_order); }
    std::optional<order::Refund> refund() const;

    order::State orders;
    point::State points;
    order_item::State items;
    int credits = 0;  ///< how often the charge's points were given
};

enum class Act { confirm, webhook, poll, cancel, refund, spend };

struct Actor {
    enum class Step { begin, look, tell, approve, report, wait, end, over };

    Act act = Act::confirm;
    Step step = Step::begin;
    int number = 0;
    std::optional<Won> amount{};  ///< of a cancel; nothing: all
    gateway::Payment seen{};
    std::optional<order::Refund> refund{};
    std::optional<Time> asked_at{};

    bool under_way() const { return step != Step::begin && step != Step::over; }
};

/// What the scheduler may choose next.
struct Choice {
    enum class Kind { act, deliver, deliver_and_keep, crash };
    Kind kind = Kind::act;
    std::size_t which = 0;
};

class Interleaving {
 public:
    explicit Interleaving(std::vector<Actor> actors, int copies, int crashes);

    std::vector<Choice> choices() const;
    void take(Choice choice);
    /// All processes are up again, messages arrive, the driver looks at what is due.
    void settle();
    /// Everything that decides what can happen next.
    std::string print() const;
    /// Empty, or what is wrong with the books after settle().
    std::string fault() const;

    Books books;

 private:
    bool enabled(const Actor& actor) const;
    void act(Actor& actor);
    void pay(Actor& actor);
    void cancel(Actor& actor);
    void return_money(Actor& actor);
    void spend(Actor& actor);
    void begin(Actor& actor);
    void end(Actor& actor);
    void tell(Actor& actor);
    void approve(Actor& actor);
    void deliver(const bus::Message& message);
    void run(Actor actor);

    Result<order::Answer> decide(const order::Command& command);

    std::vector<Actor> x_actors;
    Messages x_messages;  ///< sent, and not yet taken for good
    int x_copies;         ///< how many deliveries more than one are left
    int x_crashes;
    Time x_now = from_epoch_ms(1'772'414'130'000);
    gateway::Payment x_receipt;
    int x_approvals = 0;  ///< that charged
    int x_returns = 0;    ///< that returned money
    Points x_spent;
};

}  // namespace pay::test
