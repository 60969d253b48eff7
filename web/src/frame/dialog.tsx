import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A modal dialog: the browser's own, so focus stays inside and goes back where it was. */
export function Dialog(props: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current!;
    shown.showModal();
    return () => shown.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" class={props.wide ? "wide" : ""}
            onCancel={(event) => { event.preventDefault(); props.close(); }}>
      <article>
        <header><h2 id="dialog-title">{props.title}</h2></header>
        {props.children}
      </article>
    </dialog>
  );
}
