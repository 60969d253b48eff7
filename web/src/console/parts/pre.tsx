import { Copy } from "./id.tsx";

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Text as it came, or JSON with its lines broken; scrolls by itself; can be copied. */
export function Pre(props: { name: string; text: string }) {
  return (
    <div class="text">
      <pre role="region" aria-label={props.name} tabIndex={0}><code>{pretty(props.text)}</code></pre>
      <Copy text={props.text} name={props.name} />
    </div>
  );
}
