import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useTexts } from "./language.ts";
import { frameTexts } from "./texts/index.ts";

/** A modal dialog: the browser's own, so focus stays inside. It starts at the title and goes back where it was. */
export function Dialog(props: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }) {
  const texts = useTexts(frameTexts);
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current!.showModal();
    dialog.current!.querySelector("h2")!.focus();
    // The dialog is out of the document by then, so that the browser does not know where focus was.
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={title} class={props.wide ? "wide" : ""}
            onCancel={(event) => { event.preventDefault(); props.close(); }}>
      <article>
        <header>
          <h2 id={title} tabIndex={-1}>{props.title}</h2>
          <button type="button" class="bare" aria-label={texts.close} onClick={props.close}>✕</button>
        </header>
        {props.children}
      </article>
    </dialog>
  );
}
