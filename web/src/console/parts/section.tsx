import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A part of a view with its heading; what can be done with it stands beside that. */
export function Section(props: { title: string; aside?: ComponentChildren; class?: string; children: ComponentChildren }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} class={props.class}>
      <div class="heading">
        <h2 id={heading}>{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

/** Names and values, one a line; what has no value is left out. */
export function Facts(props: { of: [name: string, value: ComponentChildren | null | undefined][] }) {
  return (
    <dl class="rows">
      {props.of.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
