import { ProblemError } from "payments-client";
import { useEffect, useState } from "preact/hooks";
import { points, time, won } from "../frame/format.ts";
import { useHidden } from "../frame/hidden.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { Note, Notice } from "../frame/notice.tsx";
import { Loading } from "../frame/pages.tsx";
import { api, type Setup } from "../frame/session.ts";
import { StatusBadge } from "../frame/status.tsx";
import { orderTones } from "../frame/tone.ts";
import { View } from "../frame/view.tsx";
import { Cancel, RefundAccount } from "./cancel.tsx";
import { Cancellations } from "./cancellations.tsx";
import { PayBox, SandboxWindow, usePaying } from "./pay.tsx";
import { sentence, Steps } from "./steps.tsx";
import { shopTexts } from "./texts/index.ts";
import { kindOf, type Order } from "./types.ts";

/**
 * The order as it is now and becomes, until it is final; `follow` begins anew. Not followed while nobody
 * looks: a browser has six connections to a server, and tabs with a stream each would use them up.
 */
function useFollowed(id: string) {
  const language = useLanguage();
  const [order, setOrder] = useState<Order | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [turn, setTurn] = useState(0);
  const hidden = useHidden();
  useEffect(() => {
    if (hidden) return;
    const stop = new AbortController();
    setProblem(null);
    api.follow(id, setOrder, stop.signal).catch((failure: unknown) => {
      if (!stop.signal.aborted) setProblem(ProblemError.of(failure));
    });
    return () => stop.abort();
  }, [id, language, turn, hidden]);
  const changed = (next: Order) => {
    setOrder((before) => (before && before.version > next.version ? before : next));
  };
  return { order, problem, changed, follow: () => setTurn((count) => count + 1) };
}

/** One order: where it stands, live; what to do with it. */
export function OrderPage(props: { id: string; setup: Setup }) {
  const texts = useTexts(shopTexts);
  const { order, problem, changed, follow } = useFollowed(props.id);
  const { paying, open, settle } = usePaying(order, props.setup, changed);
  const goOn = (next: Order) => {
    changed(next);
    follow();
  };
  const { sandbox_url } = props.setup;
  const confirming = order?.status === "PENDING" && paying.state === "confirming";
  return (
    <View title={order?.item_name ?? texts.order.title} aside={order ? <StatusBadge status={order.status} /> : null}>
      {problem?.status === 404 || problem?.status === 400
        ? <p>{texts.order.unknown} <a href="#/">{texts.order.toShop}</a></p>
        : problem ? <Notice problem={problem} again={follow} /> : null}
      {!order ? (problem ? null : <Loading />) : (
        <div class="order">
          <section class="card" aria-labelledby="progress">
            <h2 id="progress">{texts.order.progress}</h2>
            <p role="status" class={`says ${orderTones[order.status]}`}>
              {sentence(order, confirming, texts)}
            </p>
            <Steps order={order} confirming={confirming} />
            {order.failure
              ? <Note tone={order.status === "FAIL" ? "bad" : "wait"}><p>{order.failure.message}</p></Note> : null}
            {order.status === "PENDING" && order.payment_method === "bootpay"
              ? <PayBox order={order} setup={props.setup} paying={paying} open={() => void open(order.id)} /> : null}
            <Onward order={order} />
          </section>
          <section class="card" aria-labelledby="details">
            <h2 id="details">{texts.order.details}</h2>
            <Details order={order} />
            <Actions order={order} done={goOn} />
          </section>
          <Cancellations order={order} />
        </div>
      )}
      {order && sandbox_url && paying.state === "open" ? (
        <SandboxWindow order={order} sandboxUrl={sandbox_url} end={(ending) => void settle(order.id, ending)} />
      ) : null}
    </View>
  );
}

/** Where to go from here. */
function Onward(props: { order: Order }) {
  const texts = useTexts(shopTexts).order;
  const { order } = props;
  if (order.status === "EXPIRED" || order.status === "FAIL") return <p class="onward"><a href="#/">{texts.again}</a></p>;
  if (order.status !== "SUCCESS") return null;
  return kindOf(order) === "package"
    ? <p class="onward"><a href="#/wallet">{texts.toWallet}</a> <a href="#/">{texts.toShop}</a></p>
    : <p class="onward"><a href="#/library">{texts.toLibrary}</a> <a href="#/">{texts.toShop}</a></p>;
}

function Details(props: { order: Order }) {
  const texts = useTexts(shopTexts).order;
  const language = useLanguage();
  const { order } = props;
  const byPoints = order.payment_method === "points";
  const rows: [string, string | null][] = [
    [texts.item, order.item_name],
    [order.status === "PENDING" ? texts.price : texts.amount, order.amount === null ? null : won(order.amount, language)],
    [byPoints ? texts.spent : texts.granted, order.points === null ? null : points(order.points, language)],
    [texts.bonus, order.bonus_points === null ? null : points(order.bonus_points, language)],
    [texts.canceled, order.canceled_amount > 0 ? won(order.canceled_amount, language) : null],
    [texts.fee, order.cancel_fee > 0 ? won(order.cancel_fee, language) : null],
    [texts.method, texts.methods[order.payment_method]],
    [texts.placed, time(order.created_at, language)],
  ];
  return (
    <dl class="rows">
      {rows.map(([name, value]) => (value === null ? null : <div key={name}><dt>{name}</dt><dd>{value}</dd></div>))}
      <div class="long"><dt>{texts.number}</dt><dd><code>{order.id}</code></dd></div>
      {order.receipt_id ? <div class="long"><dt>{texts.receipt}</dt><dd><code>{order.receipt_id}</code></dd></div> : null}
    </dl>
  );
}

function Actions(props: { order: Order; done: (order: Order) => void }) {
  const texts = useTexts(shopTexts).cancel;
  const [asking, setAsking] = useState(false);
  const { order } = props;
  const close = () => setAsking(false);
  if (order.status === "FAILING" && order.failure?.code === "REFUND_REFUSED") {
    return (
      <>
        <p>{texts.needsAccount}</p>
        <button type="button" onClick={() => setAsking(true)}>{texts.sendAccount}</button>
        {asking ? <RefundAccount order={order} close={close} done={props.done} /> : null}
      </>
    );
  }
  if (order.status !== "SUCCESS") return null;
  return (
    <>
      <button type="button" class="secondary small" onClick={() => setAsking(true)}>{texts.open}</button>
      {asking ? <Cancel order={order} close={close} done={props.done} /> : null}
    </>
  );
}
