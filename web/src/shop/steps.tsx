import { time } from "../frame/format.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { shopTexts } from "./texts/index.ts";
import type { ShopTexts } from "./texts/ko.ts";
import { kindOf, type Order } from "./types.ts";

export type StepState = keyof ShopTexts["order"]["stepStatus"];

const marks: Record<StepState, string> = { pending: "", now: "", done: "✓", failed: "✕", reversed: "↺" };

/** How each step stands; the first that is not done is under way while the order is, or its payment is confirmed. */
export function stepStates(order: Pick<Order, "status" | "steps">, confirming: boolean): StepState[] {
  const first = order.status === "PAID" || confirming ? order.steps.findIndex((step) => step.status === "pending") : -1;
  return order.steps.map((step, at) => (at === first ? "now" : step.status));
}

/** What the order's state means to its buyer, in one sentence. */
export function sentence(order: Order, confirming: boolean, texts: ShopTexts): string {
  const { says } = texts.order;
  switch (order.status) {
    case "PENDING":
      return confirming ? says.confirming : order.receipt_id ? says.deposit : says.PENDING;
    case "SUCCESS":
      return order.canceled_amount > 0 ? says.part : says.SUCCESS[kindOf(order)];
    case "FAIL":
      if (order.payment_method === "points") return says.failPoints;
      return order.receipt_id ? says.FAIL : says.failUnpaid;
    default:
      return says[order.status];
  }
}

export function Steps(props: { order: Order; confirming: boolean }) {
  const texts = useTexts(shopTexts).order;
  const language = useLanguage();
  const { order } = props;
  const names = texts.steps[kindOf(order)];
  const states = stepStates(order, props.confirming);
  return (
    <ol class="steps">
      {order.steps.map((step, at) => {
        const state = states[at]!;
        return (
          <li key={step.name} class={`step ${state}`} data-step={step.name} data-state={state}>
            <span class="mark" aria-hidden="true">{marks[state]}</span>
            <span class="name">{names[step.name]}</span>
            <span class="fine">
              {texts.stepStatus[state]}
              {state === "pending" || state === "now"
                ? null : <> · <time dateTime={step.at}>{time(step.at, language)}</time></>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
