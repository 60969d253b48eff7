import { useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { consoleTexts } from "../texts/console.ts";
import { tell } from "./told.tsx";

/** The beginning and the end of a long id; the whole one is behind the copy button. */
function cut(text: string): string {
  return text.length > 18 ? `${text.slice(0, 8)}…${text.slice(-6)}` : text;
}

/** An id: a link if there is a page of it, and a button that copies it. `whole`: not cut. */
export function Id(props: { text: string; href?: string; whole?: boolean }) {
  const shown = props.whole ? props.text : cut(props.text);
  return (
    <span class="id">
      {props.href
        ? <a href={props.href} title={props.text}><code>{shown}</code></a>
        : <code title={props.text}>{shown}</code>}
      <Copy text={props.text} />
    </span>
  );
}

export function Copy(props: { text: string; name?: string }) {
  const texts = useTexts(consoleTexts);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setCopied(true);
      tell(texts.copied);
    } catch {
      tell(texts.copyFailed, "bad");
    }
  };
  return (
    <button type="button" class="copy" aria-label={texts.copy(props.name ?? props.text)} title={texts.copy("")}
            onClick={copy} onBlur={() => setCopied(false)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {copied ? <path d="M3 8.5l3.5 3.5L13 4.5" /> : <path d="M5.5 5.5h7v8h-7zM10.5 5V2.5h-7v8H5" />}
      </svg>
    </button>
  );
}

export const orderAt = (id: string) => `#/orders/${encodeURIComponent(id)}`;
export const userAt = (id: string) => `#/users/${encodeURIComponent(id)}`;

export function OrderId(props: { id: string; whole?: boolean }) {
  return <Id text={props.id} href={orderAt(props.id)} whole={props.whole} />;
}

export function UserId(props: { id: string }) {
  return <Id text={props.id} href={userAt(props.id)} />;
}
