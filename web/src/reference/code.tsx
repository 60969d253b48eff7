import { useRef, useState } from "preact/hooks";
import { useTexts } from "../frame/language.ts";
import { texts } from "./texts.ts";

/** Something to be copied: a button does it, and says that it did. */
export function Code(props: { label: string; text: string }) {
  const words = useTexts(texts);
  const [copied, setCopied] = useState(false);
  const code = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      getSelection()?.selectAllChildren(code.current!); // where it may not: one key is left to press
    }
  };
  return (
    <figure class="code">
      <figcaption>
        <span>{props.label}</span>
        <button type="button" class="bare" onClick={copy} aria-label={words.copyOf(props.label)}>{words.copy}</button>
        <span role="status" class="fine">{copied ? words.copied : ""}</span>
      </figcaption>
      <pre tabIndex={0} aria-label={props.label}><code ref={code}>{props.text}</code></pre>
    </figure>
  );
}

/** Text of the document: paragraphs, and `code` in them. */
export function Prose(props: { text: string }) {
  return <>{props.text.split("\n\n").map((paragraph) => <p key={paragraph}><Words text={paragraph} /></p>)}</>;
}

export function Words(props: { text: string }) {
  return <>{props.text.split("`").map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part))}</>;
}
