import { useId, useState } from "preact/hooks";
import { won } from "../../frame/format.ts";
import { useLanguage, useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Note } from "../../frame/notice.tsx";
import { orders } from "../calls.ts";
import { Act } from "../parts/act.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Facts, Section } from "../parts/section.tsx";
import { count } from "../parts/time.tsx";
import { orderTexts } from "../texts/order.ts";
import type { Order, OrderAction, RefundAccount, WholeOrder } from "../types.ts";

/** What an operator may do to the order as it stands, and why not the rest. */
export function OrderActions(props: { whole: WholeOrder; done: () => void }) {
  const texts = useTexts(orderTexts);
  return (
    <Section title={texts.actions} class="card">
      <ul class="possible">
        {props.whole.actions.map((action) => (
          <li key={action.action} class={action.allowed ? "" : "off"}>
            <OrderAct action={action} whole={props.whole} done={props.done} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function OrderAct(props: { action: OrderAction; whole: WholeOrder; done: () => void }) {
  const texts = useTexts(orderTexts);
  const why = useId();
  const { action: { action, allowed, reason }, whole: { order } } = props;
  const common = {
    label: texts.action[action], means: texts.actionMeans[action], done: props.done, disabled: !allowed, describedBy: why,
  };
  const simple = { retry: orders.retry, refunded: orders.refunded };
  return (
    <>
      {action === "cancel"
        ? <CancelAct {...common} order={order} method={props.whole.receipt?.method ?? null} />
        : <Act {...common} grave={action === "refunded"}
               act={async (given) => (await simple[action](order.id, given), texts.done[action])} />}
      <p id={why} class="fine">{allowed ? texts.actionMeans[action] : `${texts.notAllowed}: ${reason}`}</p>
    </>
  );
}

/** A cancel of all or a part, with what would come of it, asked of the server while one writes. */
export function CancelAct(props: {
  label: string; means?: string; order: Pick<Order, "id" | "amount" | "canceled_amount" | "payment_method">; method: string | null;
  done?: () => void; disabled?: boolean; describedBy?: string;
}) {
  const texts = useTexts(orderTexts);
  const [amount, setAmount] = useState<number | null>(null);
  const [account, setAccount] = useState<RefundAccount>({ bank_code: "", account: "", holder: "" });
  const { order } = props;
  const transfer = props.method === "vbank";
  return (
    <Act label={props.label} means={props.means} grave disabled={props.disabled} describedBy={props.describedBy} done={props.done}
         act={async (reason) => {
           await orders.cancel(order.id, { amount, reason, ...(transfer ? { refund_account: account } : {}) });
           return texts.done.cancel;
         }}>
      {order.payment_method === "bootpay" && order.amount !== null
        ? <Amount most={order.amount - order.canceled_amount} amount={amount} set={setAmount} /> : null}
      {transfer ? <Account account={account} set={setAccount} /> : null}
      <Preview id={order.id} amount={amount} />
    </Act>
  );
}

function Amount(props: { most: number; amount: number | null; set: (amount: number | null) => void }) {
  const texts = useTexts(orderTexts);
  const { most, amount, set } = props;
  return (
    <fieldset class="inline">
      <label><input type="radio" name="how" checked={amount === null} onChange={() => set(null)} /> {texts.whole}</label>
      <label><input type="radio" name="how" checked={amount !== null} onChange={() => set(most)} /> {texts.part}</label>
      {amount !== null ? (
        <label>
          {texts.cancelAmount}
          <input type="number" inputmode="numeric" min={1} max={most} step={1} required value={amount}
                 onInput={(event) => set(event.currentTarget.valueAsNumber || 0)} />
        </label>
      ) : null}
    </fieldset>
  );
}

function Account(props: { account: RefundAccount; set: (account: RefundAccount) => void }) {
  const texts = useTexts(orderTexts);
  const field = (name: keyof RefundAccount) => (
    <label>
      {texts.account[name]}
      <input required autocomplete="off" value={props.account[name]}
             onInput={(event) => props.set({ ...props.account, [name]: event.currentTarget.value })} />
    </label>
  );
  return <fieldset class="inline"><legend>{texts.accountTitle}</legend>{field("bank_code")}{field("account")}{field("holder")}</fieldset>;
}

function Preview(props: { id: string; amount: number | null }) {
  const texts = useTexts(orderTexts);
  const language = useLanguage();
  const preview = useLoad(
    async (signal) => props.amount === null || props.amount > 0 ? orders.preview(props.id, props.amount, signal) : null,
    [props.amount],
  );
  return (
    <div aria-live="polite" class="preview">
      <Loaded of={preview}>
        {(said) => said === null ? null : said.allowed ? (
          <>
            <h3>{texts.preview}</h3>
            <Facts of={[
              [texts.refund, won(said.refund_amount, language)],
              [texts.fee, said.fee ? won(said.fee, language) : null],
              [texts.taken, said.points_taken ? count(said.points_taken) : null],
              [texts.bonusTaken, said.bonus_points_taken ? count(said.bonus_points_taken) : null],
              [texts.returned, said.points_returned ? count(said.points_returned) : null],
            ]} />
          </>
        ) : <Note tone="bad"><p>{texts.refusedPreview}: {said.failure?.message}</p></Note>}
      </Loaded>
    </div>
  );
}
