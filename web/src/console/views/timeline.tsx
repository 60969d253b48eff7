import { useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { Section } from "../parts/section.tsx";
import { Time } from "../parts/time.tsx";
import { orderTexts } from "../texts/order.ts";
import type { TimelineEntry } from "../types.ts";

type Kind = TimelineEntry["kind"];

const icons: Record<Kind, string> = {
  request: "M2 8h11M9 4l4 4-4 4",
  gateway: "M2 4h12v8H2zM2 7h12",
  message_out: "M4 12L12 4M6 4h6v6",
  message_in: "M12 4l-8 8M10 12H4V6",
  webhook: "M14 8H3M7 4L3 8l4 4",
  driver: "M13 8a5 5 0 1 1-1.5-3.5M12 2v3H9",
  status: "M8 3a5 5 0 1 0 .01 0zM8 6v4",
  operator: "M8 8a3 3 0 1 0-.01 0zM3 14c0-3 2-4.5 5-4.5s5 1.5 5 4.5",
};

/** "+1.234 s" since the order began, or in minutes and hours. */
function offset(at: string, begin: string): string {
  const ms = Date.parse(at) - Date.parse(begin);
  const sign = ms < 0 ? "−" : "+";
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 60) return `${sign}${seconds.toFixed(3)} s`;
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${(seconds % 60).toFixed(1)} s`;
  return `${sign}${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Everything that happened to an order, oldest first; kinds can be left out. */
export function Timeline(props: { entries: TimelineEntry[]; begin: string }) {
  const texts = useTexts(orderTexts);
  const [hidden, setHidden] = useState<ReadonlySet<Kind>>(new Set());
  const kinds = (Object.keys(icons) as Kind[]).filter((kind) => props.entries.some((entry) => entry.kind === kind));
  const begin = props.entries[0]?.at ?? props.begin;
  const toggle = (kind: Kind) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  return (
    <Section title={texts.timeline} class="card">
      <fieldset class="kinds">
        <legend class="unseen">{texts.showKinds}</legend>
        {kinds.map((kind) => (
          <label key={kind}>
            <input type="checkbox" checked={!hidden.has(kind)} onChange={() => toggle(kind)} />
            {texts.kind[kind]} <span class="fine">{props.entries.filter((entry) => entry.kind === kind).length}</span>
          </label>
        ))}
      </fieldset>
      {props.entries.length === 0 ? <p class="fine">{texts.noTimeline}</p> : (
        <ol class="timeline">
          {props.entries.map((entry, at) => hidden.has(entry.kind) ? null : (
            <li key={`${at} ${entry.at}`} class={`kind-${entry.kind}`}><Entry entry={entry} begin={begin} /></li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function Entry({ entry, begin }: { entry: TimelineEntry; begin: string }) {
  const texts = useTexts(orderTexts);
  const detail = Object.entries(entry.detail);
  return (
    <>
      <span class="kind">
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d={icons[entry.kind]} /></svg>
        {texts.kind[entry.kind]}
      </span>
      <span class="at"><Time at={entry.at} exact /> <span title={texts.sinceBegin}>{offset(entry.at, begin)}</span></span>
      <div class="what">
        <p>{entry.text}{entry.kind === "operator" ? <Why detail={entry.detail} /> : null}</p>
        {detail.length > 0 ? (
          <details>
            <summary aria-label={`${texts.details}: ${entry.text}`}>{texts.details}</summary>
            <dl>{detail.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><code>{value}</code></dd></div>)}</dl>
          </details>
        ) : null}
      </div>
    </>
  );
}

/** Of an operator's action: whose, and why. */
function Why({ detail }: { detail: TimelineEntry["detail"] }) {
  return <span class="why"> · {detail["actor"]}{detail["reason"] ? `: ${detail["reason"]}` : ""}</span>;
}
