import { useEffect } from "preact/hooks";
import { useLanguage, useTexts } from "../../frame/language.ts";
import { time, won } from "../../frame/format.ts";
import { useHidden } from "../../frame/hidden.ts";
import { useLoad } from "../../frame/load.ts";
import { Note } from "../../frame/notice.tsx";
import { api } from "../../frame/session.ts";
import { Badge, StatusBadge } from "../../frame/status.tsx";
import type { Tone } from "../../frame/tone.ts";
import { View } from "../../frame/view.tsx";
import { orders } from "../calls.ts";
import { useEvery } from "../parts/every.ts";
import { Id, UserId } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Facts, Section } from "../parts/section.tsx";
import { count, Time } from "../parts/time.tsx";
import { orderTexts } from "../texts/order.ts";
import type { Order, WholeOrder } from "../types.ts";
import { OrderActions } from "./order_actions.tsx";
import { OrderRecords } from "./order_records.tsx";
import { Timeline } from "./timeline.tsx";

const finals = new Set<Order["status"]>(["SUCCESS", "FAIL", "CANCELED", "EXPIRED"]);
const refreshMs = 3_000;  // of what changes without the order itself: tries, messages

/** Whether nothing will happen to it by itself. */
function atRest(whole: WholeOrder): boolean {
  return finals.has(whole.order.status) && whole.waits.for === null;
}

/** All there is to know of an order; live while something is still to happen. */
export function OrderView(props: { id: string }) {
  const texts = useTexts(orderTexts);
  const whole = useLoad((signal) => orders.whole(props.id, signal), [props.id]);
  const status = whole.value?.order.status;
  const moves = whole.value !== null && !atRest(whole.value);
  const hidden = useHidden();  // a tab that nobody looks at must not hold one of the browser's six connections
  useEffect(() => {
    if (!status || finals.has(status) || hidden) return;
    const stop = new AbortController();
    let seen = whole.value!.order.version;
    void api.follow(props.id, (order) => {
      if (order.version > seen) whole.again();
      seen = Math.max(seen, order.version);
    }, stop.signal).catch(() => undefined);  // whatever the stream misses is seen at the next refresh
    return () => stop.abort();
  }, [status, hidden]);
  useEvery(refreshMs, whole, moves);
  return (
    <View title={`${texts.order} ${props.id}`} aside={moves ? <Badge tone="info">{texts.live}</Badge> : null}>
      <Loaded of={whole}>
        {(value) => (
          <>
            <State whole={value} />
            <div class="beside">
              <div>
                <Amounts order={value.order} />
                <Receipt whole={value} />
                <OrderActions whole={value} done={whole.again} />
              </div>
              <Timeline entries={value.timeline} begin={value.order.created_at} />
            </div>
            <OrderRecords whole={value} />
          </>
        )}
      </Loaded>
    </View>
  );
}

/** What it waits for, and until when, in a sentence. */
function State({ whole }: { whole: WholeOrder }) {
  const texts = useTexts(orderTexts);
  const language = useLanguage();
  const { order, waits } = whole;
  const sentences = [
    order.status === "FAILING" && order.failure?.code === "REFUND_REFUSED" ? texts.waitsForSomebody
      : waits.for ? texts.waits[waits.for] : finals.has(order.status) ? texts.nothingWaits : texts.unknownWait,
    ...(waits.attempts > 0 ? [texts.attempts(waits.attempts)] : []),
    ...(waits.next_at ? [texts.nextAt(time(waits.next_at, language, "millisecond"))] : []),
    ...(waits.deadline_at ? [texts.deadlineAt(time(waits.deadline_at, language))] : []),
  ];
  return (
    <div class="state" role="status" aria-live="polite">
      <StatusBadge status={order.status} /> <span>{sentences.join(" ")}</span>
      {order.failure ? <Note tone="bad"><p>{order.failure.message} <code>{order.failure.code}</code></p></Note> : null}
    </div>
  );
}

const stepTones: Record<Order["steps"][number]["status"], Tone> = { pending: "wait", done: "good", failed: "bad", reversed: "idle" };

function Amounts({ order }: { order: Order }) {
  const texts = useTexts(orderTexts);
  const language = useLanguage();
  const money = (amount: number | null) => (amount === null ? null : won(amount, language));
  return (
    <Section title={texts.order} class="card">
      <Facts of={[
        [texts.order, <Id text={order.id} whole />],
        [texts.buyer, <UserId id={order.user_id} />],
        [texts.item, order.item_name],
        [texts.price, money(order.amount)],
        [texts.points, order.points === null ? null : count(order.points)],
        [texts.bonus, order.bonus_points ? count(order.bonus_points) : null],
        [texts.method, texts.payMethod[order.payment_method]],
        [texts.canceledAmount, order.canceled_amount ? money(order.canceled_amount) : null],
        [texts.fee, order.cancel_fee ? money(order.cancel_fee) : null],
        [texts.madeAt, <Time at={order.created_at} exact />],
        [texts.changedAt, <Time at={order.updated_at} exact />],
        [texts.version, String(order.version)],
      ]} />
      <h3>{texts.steps}</h3>
      <ul class="steps">
        {order.steps.map((step) => (
          <li key={step.name}>
            <Badge tone={stepTones[step.status]}>{texts.stepStatus[step.status]}</Badge>
            <span>{texts.step[step.name]}</span>
            <span class="fine"><Time at={step.at} exact /></span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Receipt({ whole }: { whole: WholeOrder }) {
  const texts = useTexts(orderTexts);
  const { receipt } = whole;
  return (
    <Section title={texts.receipt} class="card">
      {receipt ? (
        <Facts of={[
          [texts.receipt, receipt.receipt_id ? <Id text={receipt.receipt_id} whole /> : null],
          [texts.presentedReceipt, receipt.presented_receipt_id && receipt.presented_receipt_id !== receipt.receipt_id
            ? <Id text={receipt.presented_receipt_id} whole /> : null],
          [texts.method, receipt.method],
          [texts.paidAt, receipt.paid_at ? <Time at={receipt.paid_at} exact /> : null],
          [texts.approvalAt, receipt.approval_at ? <Time at={receipt.approval_at} exact /> : null],
        ]} />
      ) : <p class="fine">{texts.noReceipt}</p>}
    </Section>
  );
}
