import { useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { orders, reconciliations } from "../calls.ts";
import { Act } from "../parts/act.tsx";
import { userAt } from "../parts/id.tsx";
import { Pre } from "../parts/pre.tsx";
import { reconcileTexts } from "../texts/reconcile.ts";
import type { Finding, Order, Reconciliation } from "../types.ts";
import { CancelAct } from "./order_actions.tsx";
import { runAt } from "./reconciliations.tsx";
import { AdjustAct } from "./wallet_acts.tsx";

type Remedy = "retry" | "refunded" | "cancel" | "adjust" | "ledger" | "run_again";

/** Which calls of the API may mend what was found; of the other kinds somebody acts elsewhere. */
const remedies: Record<Finding["kind"], Remedy[]> = {
  paid_unconfirmed: ["run_again"],
  canceled_at_gateway: ["run_again"],
  amount_differs: ["cancel"],
  not_charged: ["cancel"],
  unknown_receipt: ["run_again"],
  unclaimed: [],
  second_payment: ["run_again"],
  refund_unfinished: ["retry"],
  cancel_unfinished: ["retry"],
  refund_refused: ["retry", "refunded"],
  ledger_missing: ["adjust", "ledger"],
  ledger_differs: ["adjust", "ledger"],
  held_left_over: ["ledger"],
  still_under_way: ["run_again"],
  gateway_silent: ["run_again"],
  ledger_silent: ["run_again"],
};

/** The buttons that mend a finding, and the command for those who live in a terminal. */
export function Mend(props: { run: Reconciliation; finding: Finding }) {
  const texts = useTexts(reconcileTexts);
  const { run, finding } = props;
  const order = useLoad(
    async (signal) => (finding.order_id ? orders.one(finding.order_id, signal) : null), [finding.order_id],
  ).value;
  return (
    <>
      <div class="acts">
        {(remedies[finding.kind] ?? []).map((remedy) => <One key={remedy} remedy={remedy} run={run} order={order} />)}
      </div>
      {finding.command ? <details><summary>{texts.command}</summary><Pre name={texts.command} text={finding.command} /></details> : null}
    </>
  );
}

function One({ remedy, run, order }: { remedy: Remedy; run: Reconciliation; order: Order | null }) {
  const texts = useTexts(reconcileTexts);
  if (remedy === "run_again") {
    const again = async () => {
      location.hash = runAt((await reconciliations.start({ from: run.from, to: run.to })).id);
      return texts.started;
    };
    return <Act label={texts.runAgain} means={texts.startMeans} act={again} reason="none" />;
  }
  if (!order) return null;
  switch (remedy) {
    case "retry":
      return <Act label={texts.retry} act={async (reason) => (await orders.retry(order.id, reason), texts.mendDone)} />;
    case "refunded":
      return <Act label={texts.refunded} grave act={async (reason) => (await orders.refunded(order.id, reason), texts.mendDone)} />;
    case "cancel": return <CancelAct label={texts.cancel} order={order} method={null} />;
    case "adjust": return <AdjustAct user={order.user_id} label={texts.adjust} />;
    case "ledger": return <a href={userAt(order.user_id)}>{texts.ledger}</a>;
  }
}
