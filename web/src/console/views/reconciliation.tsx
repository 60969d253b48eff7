import { useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Empty } from "../../frame/pages.tsx";
import { Badge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { reconciliations } from "../calls.ts";
import { useEvery } from "../parts/every.ts";
import { Id, OrderId } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Facts, Section } from "../parts/section.tsx";
import { count, Time } from "../parts/time.tsx";
import { reconcileTexts } from "../texts/reconcile.ts";
import type { Finding, Reconciliation } from "../types.ts";
import { Mend } from "./mend.tsx";
import { RunState } from "./reconciliations.tsx";

const refreshMs = 1_000;

export function ReconciliationView(props: { id: string }) {
  const texts = useTexts(reconcileTexts);
  const loaded = useLoad(async (signal) => {
    const run = await reconciliations.one(props.id, signal);
    return { run, findings: await reconciliations.findings(props.id, signal) };
  }, [props.id]);
  const running = loaded.value?.run.status === "running";
  useEvery(refreshMs, loaded, running);
  return (
    <View title={texts.run} aside={<a href="#/reconciliations">{texts.runs}</a>}>
      <Loaded of={loaded}>
        {({ run, findings }) => (
          <>
            <div class="card" aria-live="polite">
              <p><RunState run={run} /></p>
              <Facts of={[
                [texts.run, <Id text={run.id} whole />],
                [texts.span, <><Time at={run.from} /> – <Time at={run.to} /></>],
                [texts.open, count(run.open)],
                [texts.mended, count(run.mended)],
                [texts.askedBy, run.asked_by],
                [texts.startedAt, <Time at={run.started_at} exact />],
                [texts.finishedAt, run.finished_at ? <Time at={run.finished_at} exact /> : null],
              ]} />
            </div>
            <Section title={texts.findings}>
              {findings.length === 0
                ? <Empty>{run.status === "running" ? texts.noFindingsYet : texts.noFindings}</Empty>
                : <Findings run={run} findings={findings} />}
            </Section>
          </>
        )}
      </Loaded>
    </View>
  );
}

/** Those that need somebody first. */
function Findings(props: { run: Reconciliation; findings: Finding[] }) {
  const sorted = [...props.findings].sort((a, b) => Number(a.mended) - Number(b.mended));
  return <ul class="findings">{sorted.map((finding) => <li key={finding.id} class="card"><One {...props} finding={finding} /></li>)}</ul>;
}

function One({ run, finding }: { run: Reconciliation; finding: Finding }) {
  const texts = useTexts(reconcileTexts);
  const kind = texts.kinds[finding.kind];
  return (
    <>
      <h3>
        <Badge tone={finding.mended ? "good" : "bad"}>{finding.mended ? texts.mended : texts.isOpen}</Badge>{" "}
        {kind?.name ?? finding.kind}
      </h3>
      <p>{kind?.means}</p>
      <p class="fine">
        {finding.order_id ? <OrderId id={finding.order_id} /> : null}{" "}
        {finding.receipt_id ? <Id text={finding.receipt_id} /> : null}{" "}
        {finding.detail}
      </p>
      {finding.mended ? <p class="fine">{texts.wasMended}</p> : (
        <>
          <p><strong>{texts.todo}</strong> {kind?.todo}</p>
          <Mend run={run} finding={finding} />
        </>
      )}
    </>
  );
}
