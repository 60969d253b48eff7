import { ProblemError, take } from "payments-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../frame/dialog.tsx";
import { time, won } from "../frame/format.ts";
import { parameters } from "../frame/hash.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { useLoad } from "../frame/load.ts";
import { Note, Notice } from "../frame/notice.tsx";
import { Loading } from "../frame/pages.tsx";
import { api, type Setup } from "../frame/session.ts";
import { confirm, endingOf, payByBootpay, sandboxAddress, type Account, type Ending } from "./payment.ts";
import { returned } from "./returned.ts";
import { shopTexts } from "./texts/index.ts";
import type { Order } from "./types.ts";

/** How paying goes on this page; what the order's state says counts for more. */
export type Paying =
  | { state: "idle" }
  | { state: "open" }
  | { state: "confirming"; lost: boolean }
  | { state: "closed" }
  | { state: "failed"; text: string }
  | { state: "refused"; problem: ProblemError }
  | { state: "issued"; account: Account | null };

/** Lets the order be paid, and confirms the payment; gives the order as it is then. */
export function usePaying(order: Order | null, setup: Setup, changed: (order: Order) => void) {
  const [paying, setPaying] = useState<Paying>({ state: "idle" });
  const waits = order?.status === "PENDING";
  const under = useRef<AbortController | null>(null);

  const settle = async (orderId: string, ending: Ending) => {
    if (ending.kind === "closed") return setPaying({ state: "closed" });
    if (ending.kind === "failed") return setPaying({ state: "failed", text: ending.text });
    const stop = under.current = new AbortController();
    setPaying({ state: "confirming", lost: false });
    try {
      const lost = () => setPaying({ state: "confirming", lost: true });
      changed(await confirm(orderId, ending.receiptId, lost, stop.signal));
      setPaying(ending.kind === "issued" ? { state: "issued", account: ending.account } : { state: "idle" });
    } catch (failure) {
      if (!stop.signal.aborted) setPaying({ state: "refused", problem: ProblemError.of(failure) });
    }
  };
  const open = async (orderId: string) => {
    setPaying({ state: "open" });
    if (setup.gateway === "sandbox") return; // its window is a part of this page
    try {
      const checkout = await take(api.GET("/v1/orders/{id}/checkout", { params: { path: { id: orderId } } }));
      await settle(orderId, await payByBootpay(checkout));
    } catch (failure) {
      setPaying({ state: "refused", problem: ProblemError.of(failure) });
    }
  };
  useEffect(() => () => under.current?.abort(), []);
  useEffect(() => {
    if (!order || waits) return;
    under.current?.abort(); // the gateway's own word came first
    setPaying((before) => (before.state === "issued" ? before : { state: "idle" }));
  }, [order?.id, waits]);
  useWish(order, open, settle);
  return { paying, open, settle };
}

/**
 * Pays at once if the address asks for it (and not again after a reload), or goes on with a payment that
 * left the page.
 */
function useWish(
  order: Order | null,
  open: (orderId: string) => Promise<void>,
  settle: (orderId: string, ending: Ending) => Promise<void>,
) {
  const wish = useRef(parameters().has("pay"));
  useEffect(() => {
    if (wish.current) history.replaceState(null, "", location.hash.split("?")[0]);
  }, []);
  useEffect(() => {
    if (!order || order.status !== "PENDING" || order.receipt_id) return;
    if (returned?.orderId === order.id && !returned.taken) {
      returned.taken = true;
      const { event, receiptId, message } = returned;
      const ending = endingOf({ event, receipt_id: receiptId, message });
      if (ending) void settle(order.id, ending);
    } else if (wish.current) {
      void open(order.id);
    }
    wish.current = false;
  }, [order?.id]);
}

/** The sandbox's payment page in a dialog. */
export function SandboxWindow(props: { order: Order; sandboxUrl: string; end: (ending: Ending) => void }) {
  const texts = useTexts(shopTexts).pay;
  const frame = useRef<HTMLIFrameElement>(null);
  const { order, sandboxUrl } = props;
  const checkout = useLoad(
    (signal) => take(api.GET("/v1/orders/{id}/checkout", { params: { path: { id: order.id } }, signal })), [order.id],
  );
  useEffect(() => {
    const origin = new URL(sandboxUrl).origin;
    const hear = (message: MessageEvent) => {
      if (message.origin !== origin || message.source !== frame.current?.contentWindow) return;
      const ending = readEnding(message.data);
      if (ending) props.end(ending);
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, [sandboxUrl]);
  const source = checkout.value ? sandboxAddress(sandboxUrl, checkout.value) : null;
  return (
    <Dialog title={texts.title} close={() => props.end({ kind: "closed" })}>
      {checkout.state === "failed" ? <Notice problem={checkout.problem} again={checkout.again} /> : null}
      {source ? <iframe ref={frame} class="window" title={texts.frame} src={source} />
        : checkout.state === "loading" ? <Loading /> : null}
    </Dialog>
  );
}

function readEnding(said: unknown): Ending | null {
  if (typeof said !== "string") return null;
  try {
    const event = JSON.parse(said) as Record<string, unknown> | null;
    return event?.["bootpay_event"] === true ? endingOf(event) : null;
  } catch {
    return null;
  }
}

/** What an unpaid order's page says of its payment, and the button that pays. */
export function PayBox(props: { order: Order; setup: Setup; paying: Paying; open: () => void }) {
  const texts = useTexts(shopTexts).pay;
  const language = useLanguage();
  const { order, paying, setup } = props;
  if (paying.state === "confirming") return paying.lost ? <Note tone="wait" alert><p>{texts.lost}</p></Note> : null;
  if (paying.state === "issued") return paying.account ? <DepositTo account={paying.account} /> : null;
  if (order.receipt_id) return null;
  const keyless = setup.gateway === "bootpay" && !setup.web_key_set;
  const tried = paying.state !== "idle" && paying.state !== "open";
  return (
    <>
      {paying.state === "closed" ? <Note tone="wait" alert><p>{texts.closed}</p></Note> : null}
      {paying.state === "failed" ? <Note tone="bad" alert><p>{texts.failed(paying.text)}</p></Note> : null}
      {paying.state !== "refused" ? null : paying.problem.code === "PAYMENT_DECLINED"
        ? <Note tone="bad" alert><p>{texts.declined}</p></Note> : <Notice problem={paying.problem} />}
      {keyless ? <Note tone="wait"><p>{texts.noKey}</p></Note> : (
        <button type="button" class="pay" disabled={paying.state === "open"} aria-busy={paying.state === "open"}
                onClick={props.open}>
          {tried ? texts.goOn : texts.start(won(order.amount!, language))}
        </button>
      )}
    </>
  );
}

function DepositTo(props: { account: Account }) {
  const texts = useTexts(shopTexts).pay;
  const language = useLanguage();
  const { bank, number, until } = props.account;
  return (
    <Note tone="info">
      <p>{texts.deposit}</p>
      <dl class="rows">
        <div><dt>{texts.bank}</dt><dd>{bank}</dd></div>
        <div><dt>{texts.account}</dt><dd>{number}</dd></div>
        {until ? <div><dt>{texts.until}</dt><dd>{time(until, language)}</dd></div> : null}
      </dl>
    </Note>
  );
}
