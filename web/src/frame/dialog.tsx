import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useTexts } from "./language.ts";
import { frameTexts } from "./texts/index.ts";

/** A modal dialog: the browser's own, so focus stays inside and goes back where it was. */
export function Dialog(props: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }) {
  const texts = useTexts(frameTexts);
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const shown = dialog.current!;
    shown.showModal();
    return () => shown.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={title} class={props.wide ? "wide" : ""}
            onCancel={(event) => { event.preventDefault(); props.close(); }}>
      <article>
        <header>
          <h2 id={title}>{props.title}</h2>
          <button type="button" class="bare" aria-label={texts.close} onClick={props.close}>✕</button>
        </header>
        {props.children}
      </article>
    </dialog>
  );
}
