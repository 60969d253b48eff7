import { ProblemError, take } from "payments-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../frame/dialog.tsx";
import { points, won } from "../frame/format.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { useLoad } from "../frame/load.ts";
import { Note, Notice } from "../frame/notice.tsx";
import { Loading } from "../frame/pages.tsx";
import { api } from "../frame/session.ts";
import { frameTexts } from "../frame/texts/index.ts";
import { shopTexts } from "./texts/index.ts";
import { kindOf, type CancelPreview, type CancelWish, type Order } from "./types.ts";

interface CancelProps {
  order: Order;
  close: () => void;
  done: (order: Order) => void;
}

const field = (form: FormData, name: string) => String(form.get(name) ?? "").trim();

/** What the form asks for; null where it has no such fields or they are empty. */
function wishOf(form: FormData, amount: number | null): CancelWish {
  const reason = field(form, "reason");
  const account = field(form, "account");
  return {
    ...(amount === null ? {} : { amount }),
    ...(reason ? { reason } : {}),
    ...(account
      ? { refund_account: { bank_code: field(form, "bank_code"), account, holder: field(form, "holder") } } : {}),
  };
}

function useCancel(props: CancelProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const send = async (body: CancelWish) => {
    setBusy(true);
    setProblem(null);
    try {
      const order = await take(api.POST("/v1/orders/{id}/cancel", { params: { path: { id: props.order.id } }, body }));
      props.close();
      props.done(order as Order);
    } catch (failure) {
      setBusy(false);
      setProblem(ProblemError.of(failure));
    }
  };
  return { busy, problem, send };
}

/** Shows what a cancel would do, and does it. */
export function Cancel(props: CancelProps) {
  const texts = useTexts(shopTexts).cancel;
  const language = useLanguage();
  const { order } = props;
  const left = (order.amount ?? 0) - order.canceled_amount;
  const parts = kindOf(order) === "package" && left > 1;
  const [amount, setAmount] = useState<number | null>(null); // null: all that is left
  const amountOf = (wanted: number) => (wanted === left ? null : wanted);
  const { busy, problem, send } = useCancel(props);
  const preview = useLoad(async (signal) => (await take(api.POST("/v1/orders/{id}/cancel", {
    params: { path: { id: order.id }, query: { simulate: true } }, body: amount === null ? {} : { amount }, signal,
  }))) as CancelPreview, [order.id, amount]);
  const allowed = preview.state === "ready" && preview.value.allowed;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const wanted = parts ? amountOf(Number(form.get("amount"))) : null;
    if (wanted === amount) void send(wishOf(form, amount));
    else setAmount(wanted); // Enter in the field: what it would do is shown first
  };
  const asksAccount = problem?.problem?.errors?.some((error) => error.field === "refund_account") ?? false;
  return (
    <Dialog title={texts.title} close={props.close}>
      <form onSubmit={submit}>
        <p class="what">{order.item_name}</p>
        {parts ? (
          <label>
            {texts.amount}
            <input type="number" name="amount" inputMode="numeric" min={1} max={left} defaultValue={String(left)}
                   aria-describedby="cancel-part"
                   onChange={(event) => {
                     const input = event.currentTarget;
                     if (input.checkValidity()) setAmount(amountOf(input.valueAsNumber));
                   }} />
            <small id="cancel-part">{texts.part(won(left, language))}</small>
          </label>
        ) : null}
        <div aria-live="polite" aria-busy={preview.state === "loading"}>
          {preview.value ? <Preview preview={preview.value} order={order} />
            : preview.state === "loading" ? <Loading /> : null}
          {preview.state === "failed" ? <Notice problem={preview.problem} /> : null}
        </div>
        <label>{texts.reason}<input name="reason" maxLength={60} autocomplete="off" /></label>
        {asksAccount ? <><Note tone="wait" alert><p>{texts.needsAccount}</p></Note><AccountFields /></> : null}
        {problem && !asksAccount ? <Notice problem={problem} /> : null}
        <div class="actions">
          <button type="button" class="secondary" onClick={props.close}>{texts.keep}</button>
          <button type="submit" class="grave" disabled={!allowed || busy} aria-busy={busy}>{texts.act}</button>
        </div>
      </form>
    </Dialog>
  );
}

function Preview(props: { preview: CancelPreview; order: Order }) {
  const texts = useTexts(shopTexts).cancel;
  const language = useLanguage();
  const { preview, order } = props;
  if (!preview.allowed) return <Note tone="wait"><p>{preview.failure?.message}</p></Note>;
  const byPoints = order.payment_method === "points";
  const rows: [string, string | null][] = [
    [texts.canceled, byPoints || preview.fee === 0 ? null : won(preview.amount, language)],
    [texts.fee, preview.fee > 0 ? won(preview.fee, language) : null],
    [texts.taken, preview.points_taken > 0 ? points(preview.points_taken, language) : null],
    [texts.bonusTaken, preview.bonus_points_taken > 0 ? points(preview.bonus_points_taken, language) : null],
  ];
  return (
    <>
      <dl class="rows preview" aria-label={texts.preview}>
        {rows.map(([name, value]) => (value === null ? null : <div key={name}><dt>{name}</dt><dd>{value}</dd></div>))}
        <div class="total">
          <dt>{byPoints ? texts.returned : texts.refund}</dt>
          <dd>{byPoints ? points(preview.points_returned, language) : won(preview.refund_amount, language)}</dd>
        </div>
      </dl>
      {kindOf(order) === "package" ? null : <p class="fine">{texts.entitlement}</p>}
    </>
  );
}

function AccountFields() {
  const texts = useTexts(shopTexts).cancel;
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <fieldset>
      <legend>{texts.account}</legend>
      <label>
        {texts.bank}
        <input ref={first} name="bank_code" required maxLength={8} inputMode="numeric" autocomplete="off" />
      </label>
      <label>
        {texts.number}
        <input name="account" required maxLength={64} inputMode="numeric" autocomplete="off" />
      </label>
      <label>{texts.holder}<input name="holder" required maxLength={64} autocomplete="name" /></label>
    </fieldset>
  );
}

/** Asks where the money of a failed order goes back to. */
export function RefundAccount(props: CancelProps) {
  const texts = useTexts(shopTexts).cancel;
  const { close } = useTexts(frameTexts);
  const { busy, problem, send } = useCancel(props);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send(wishOf(new FormData(event.currentTarget as HTMLFormElement), null));
  };
  return (
    <Dialog title={texts.sendAccount} close={props.close}>
      <form onSubmit={submit}>
        <AccountFields />
        {problem ? <Notice problem={problem} /> : null}
        <div class="actions">
          <button type="button" class="secondary" onClick={props.close}>{close}</button>
          <button type="submit" disabled={busy} aria-busy={busy}>{texts.sendAccount}</button>
        </div>
      </form>
    </Dialog>
  );
}
