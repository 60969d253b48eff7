import { useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { Listing, usePages } from "../../frame/pages.tsx";
import { Badge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { reconciliations } from "../calls.ts";
import { Act } from "../parts/act.tsx";
import { fromField } from "../parts/days.ts";
import { useEvery } from "../parts/every.ts";
import { Id } from "../parts/id.tsx";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { count, Time } from "../parts/time.tsx";
import { reconcileTexts } from "../texts/reconcile.ts";
import type { Reconciliation } from "../types.ts";

export const runAt = (id: string) => `#/reconciliations/${encodeURIComponent(id)}`;
const refreshMs = 1_000;

export function Reconciliations() {
  const texts = useTexts(reconcileTexts);
  const pages = usePages<Reconciliation>((cursor, signal) => reconciliations.list({ cursor }, signal), []);
  useEvery(refreshMs, pages, pages.items?.some((run) => run.status === "running") ?? false);
  return (
    <View title={texts.title} aside={<StartAct />}>
      <p class="fine">{texts.means}</p>
      <Section title={texts.runs}>
        <Listing pages={pages} empty={texts.noRuns}>
          {(rows) => (
            <Table name={texts.runs} rows={rows} keyOf={(row) => row.id} columns={[
              { name: texts.run, cell: (row) => <Id text={row.id} href={runAt(row.id)} /> },
              { name: texts.progress, cell: (row) => <RunState run={row} /> },
              { name: texts.open, cell: (row) => count(row.open), number: true },
              { name: texts.mended, cell: (row) => count(row.mended), number: true },
              { name: texts.span, cell: (row) => <><Time at={row.from} /> – <Time at={row.to} /></> },
              { name: texts.startedAt, cell: (row) => <Time at={row.started_at} /> },
              { name: texts.askedBy, cell: (row) => row.asked_by },
            ]} />
          )}
        </Listing>
      </Section>
    </View>
  );
}

export function RunState({ run }: { run: Reconciliation }) {
  const texts = useTexts(reconcileTexts);
  const running = run.status === "running";
  const tone = running ? "info" : run.open > 0 ? "bad" : "good";
  return (
    <>
      <Badge tone={tone}>{!running && run.open > 0 ? `${texts.isOpen} ${run.open}` : texts.status[run.status]}</Badge>{" "}
      <span class="fine">{texts.checked(run.checked, run.orders)}</span>
      {running ? <progress max={Math.max(run.orders, 1)} value={run.checked} aria-label={texts.progress} /> : null}
    </>
  );
}

/** Starts a run and goes to it. */
function StartAct() {
  const texts = useTexts(reconcileTexts);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const start = async () => {
    const run = await reconciliations.start({ from: fromField(from), to: fromField(to) });
    location.hash = runAt(run.id);
    return texts.started;
  };
  return (
    <Act label={texts.start} means={texts.startMeans} act={start} reason="none">
      <label>{texts.from}<input type="datetime-local" value={from} onInput={(event) => setFrom(event.currentTarget.value)} /></label>
      <label>{texts.to}<input type="datetime-local" value={to} onInput={(event) => setTo(event.currentTarget.value)} /></label>
    </Act>
  );
}
