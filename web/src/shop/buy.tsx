import { ProblemError, take } from "payments-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../frame/dialog.tsx";
import { points, won } from "../frame/format.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { Note, Notice } from "../frame/notice.tsx";
import { api } from "../frame/session.ts";
import { frameTexts } from "../frame/texts/index.ts";
import { shopTexts } from "./texts/index.ts";
import type { Item, Wallet } from "./types.ts";

type Method = "bootpay" | "points";

/** Asks whether, and how, to buy the item; places the order and goes to its page. */
export function Buy(props: { item: Item; wallet: Wallet | null; close: () => void }) {
  const texts = useTexts(shopTexts).buy;
  const { close } = useTexts(frameTexts);
  const language = useLanguage();
  const { item, wallet } = props;
  const [method, setMethod] = useState<Method>(item.point_price === null ? "bootpay" : "points");
  const { place, busy, problem } = usePlacing(item, method);
  const missing = method === "points" && wallet ? item.point_price! - wallet.balance : 0;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void place();
  };
  const toCharge = () => {
    props.close();
    toPackages();
  };
  return (
    <Dialog title={item.kind === "content" ? texts.title : texts.charge} close={props.close}>
      <form onSubmit={submit}>
        <p class="what">{item.name}</p>
        {item.point_price !== null && item.amount !== null ? <Methods method={method} choose={setMethod} /> : null}
        {method === "points" ? <Spending price={item.point_price!} wallet={wallet} /> : <Paying item={item} />}
        {missing > 0 ? <Note tone="wait"><p>{texts.tooFew(points(missing, language))}</p></Note> : null}
        {problem && problem.code === "NETWORK" ? <Note tone="wait" alert><p>{texts.lost}</p></Note>
          : problem ? <Notice problem={problem} /> : null}
        {problem?.problem?.order_id
          ? <p><a href={`#/orders/${problem.problem.order_id}`}>{texts.toOrder}</a></p> : null}
        <div class="actions">
          <button type="button" class="secondary" onClick={props.close}>{close}</button>
          {missing > 0 ? <button type="button" onClick={toCharge}>{texts.toCharge}</button> : (
            <button type="submit" disabled={busy} aria-busy={busy}>
              {method === "points" ? texts.spend(points(item.point_price!, language))
                : texts.pay(won(item.amount!, language))}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

/** Focus goes to the first package, once the dialog has given it back. */
function toPackages() {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".packages button")?.focus());
}

/** One key for as long as no answer came: trying again finds the first order, if it was made. */
function usePlacing(item: Item, method: Method) {
  const key = useRef(crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  useEffect(() => {
    key.current = crypto.randomUUID();
    setProblem(null);
  }, [method]);
  const place = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const amount = method === "bootpay" ? item.amount : null;
      const order = await take(api.POST("/v1/orders", {
        params: { header: { "Idempotency-Key": key.current } },
        body: { item_id: item.id, payment_method: method, ...(amount === null ? {} : { amount }) },
      }));
      location.hash = `#/orders/${order.id}${method === "bootpay" ? "?pay" : ""}`;
    } catch (failure) {
      const refused = ProblemError.of(failure);
      if (refused.status >= 400 && refused.status < 500) key.current = crypto.randomUUID();
      setBusy(false);
      setProblem(refused);
    }
  };
  return { place, busy, problem };
}

function Methods(props: { method: Method; choose: (method: Method) => void }) {
  const texts = useTexts(shopTexts).buy;
  const option = (method: Method, text: string) => (
    <label>
      <input type="radio" name="method" checked={props.method === method} onChange={() => props.choose(method)} />
      {text}
    </label>
  );
  return (
    <fieldset class="methods">
      <legend>{texts.how}</legend>
      {option("points", texts.withPoints)}
      {option("bootpay", texts.withMoney)}
    </fieldset>
  );
}

function Spending(props: { price: number; wallet: Wallet | null }) {
  const texts = useTexts(shopTexts).buy;
  const language = useLanguage();
  const { price, wallet } = props;
  return (
    <dl class="rows">
      {wallet ? <div><dt>{texts.before}</dt><dd>{points(wallet.balance, language)}</dd></div> : null}
      <div><dt>{texts.price}</dt><dd>{points(price, language)}</dd></div>
      {wallet ? (
        <div class="total">
          <dt>{wallet.balance < price ? texts.missing : texts.after}</dt>
          <dd>{points(Math.abs(wallet.balance - price), language)}</dd>
        </div>
      ) : null}
    </dl>
  );
}

function Paying(props: { item: Item }) {
  const texts = useTexts(shopTexts).buy;
  const language = useLanguage();
  const { item } = props;
  return (
    <dl class="rows">
      {item.points !== null ? <div><dt>{texts.grant}</dt><dd>{points(item.points, language)}</dd></div> : null}
      {item.bonus_points ? <div><dt>{texts.bonus}</dt><dd>{points(item.bonus_points, language)}</dd></div> : null}
      <div class="total"><dt>{texts.price}</dt><dd>{won(item.amount!, language)}</dd></div>
    </dl>
  );
}
