import type { ComponentChildren } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { createContext } from "preact";

/** The page's name, which ends the title of each of its views. */
export const PageName = createContext("");

let shown = 0;

/**
 * What is shown at one address: its heading, and below it the rest. Give it a `key` of the address, so
 * that going elsewhere moves focus to the new heading, from where a screen reader goes on.
 */
export function View(props: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  const name = useContext(PageName);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    shown += 1;
    if (shown === 1) return; // the browser reads the page it has just loaded by itself
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${props.title} · ${name}`;
  }, [props.title, name]);
  return (
    <div class="view">
      <div class="heading">
        <h1 ref={heading} tabIndex={-1}>{props.title}</h1>
        {props.aside}
      </div>
      {props.children}
    </div>
  );
}
