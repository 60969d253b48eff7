import type { Order } from "payments-client";
import type { ComponentChildren } from "preact";
import { useTexts } from "./language.ts";
import { frameTexts } from "./texts/index.ts";
import { orderTones, type Tone } from "./tone.ts";

export function Badge(props: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${props.tone}`}>{props.children}</span>;
}

/** An order's status in words. */
export function StatusBadge(props: { status: Order["status"] }) {
  const texts = useTexts(frameTexts);
  return <Badge tone={orderTones[props.status]}>{texts.status[props.status]}</Badge>;
}
