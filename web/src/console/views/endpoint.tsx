import { useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Listing, usePages } from "../../frame/pages.tsx";
import { Badge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { endpoints } from "../calls.ts";
import { useEvery } from "../parts/every.ts";
import { Id } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Facts, Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { count, Time } from "../parts/time.tsx";
import { consoleTexts } from "../texts/console.ts";
import { webhookTexts } from "../texts/webhooks.ts";
import type { Delivery, HookOwner } from "../types.ts";
import { DeliveryDialog } from "./delivery.tsx";
import { EndpointActs, SecretDialog } from "./endpoint_acts.tsx";
import { EndpointState } from "./webhooks.tsx";

const refreshMs = 2_000;
const tones = { waiting: "wait", delivered: "good", failed: "bad" } as const;

export function EndpointView(props: { owner: HookOwner; id: string }) {
  const texts = useTexts(webhookTexts);
  const { owner, id } = props;
  const [secret, setSecret] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const endpoint = useLoad((signal) => endpoints.one(owner, id, signal), [owner, id]);
  const done = () => {
    endpoint.again();
    setTurn((count) => count + 1);
  };
  const removed = () => {
    location.hash = "#/webhooks";
  };
  return (
    <View title={texts.endpoint} aside={<a href="#/webhooks">{texts.back}</a>}>
      <Loaded of={endpoint}>
        {(value) => (
          <>
            <EndpointActs key={value.updated_at} owner={owner} endpoint={value} made={setSecret} done={done} removed={removed} />
            <div class="card">
              <Facts of={[
                [texts.endpoint, <Id text={value.id} whole />],
                [texts.state, <EndpointState endpoint={value} />],
                [texts.url, value.url],
                [texts.events, value.events.includes("*") ? texts.allEvents : <code>{value.events.join(", ")}</code>],
                [texts.description, value.description],
                [texts.failingSince, value.failing_since ? <Time at={value.failing_since} exact /> : null],
                [texts.oldSecretUntil, value.previous_secret_until ? <Time at={value.previous_secret_until} /> : null],
                [texts.madeAt, <Time at={value.created_at} />],
                [texts.changedAt, <Time at={value.updated_at} />],
              ]} />
            </div>
            <Deliveries owner={owner} id={id} turn={turn} />
          </>
        )}
      </Loaded>
      {secret ? <SecretDialog secret={secret} close={() => setSecret(null)} /> : null}
    </View>
  );
}

/** What was sent there and what came of it; `turn` changes when there must be something new. */
function Deliveries(props: { owner: HookOwner; id: string; turn: number }) {
  const texts = useTexts(webhookTexts);
  const { all } = useTexts(consoleTexts);
  const { owner, id } = props;
  const [status, setStatus] = useState<Delivery["status"] | "">("");
  const [shown, setShown] = useState<Delivery | null>(null);
  const pages = usePages<Delivery>(
    (cursor, signal) => endpoints.deliveries(owner, id, { status: status || undefined, cursor }, signal), [owner, id, status, props.turn],
  );
  useEvery(refreshMs, pages, pages.items?.some((row) => row.status === "waiting") ?? false);
  const filter = (
    <label class="small-field">
      {texts.state}
      <select value={status} onChange={(event) => setStatus(event.currentTarget.value as Delivery["status"] | "")}>
        <option value="">{all}</option>
        {(Object.keys(tones) as Delivery["status"][]).map((one) => <option key={one} value={one}>{texts.deliveryStatus[one]}</option>)}
      </select>
    </label>
  );
  return (
    <Section title={texts.deliveries} aside={filter}>
      <Listing pages={pages} empty={texts.noDeliveries}>
        {(rows) => (
          <Table name={texts.deliveries} rows={rows} keyOf={(row) => row.id} columns={[
            { name: texts.createdAt, cell: (row) => <Time at={row.created_at} exact /> },
            { name: texts.type, cell: (row) => <code>{row.event_type}</code> },
            { name: texts.state, cell: (row) => <Badge tone={tones[row.status]}>{texts.deliveryStatus[row.status]}</Badge> },
            { name: texts.attempts, cell: (row) => count(row.attempts), number: true },
            { name: texts.lastAnswer, cell: (row) => row.last_status ?? row.last_error ?? "–" },
            { name: texts.nextAt, cell: (row) => <Time at={row.next_at} exact /> },
            { name: texts.eventId, cell: (row) => <Id text={row.event_id} /> },
            { name: texts.delivery, cell: (row) => <button type="button" class="small outline" onClick={() => setShown(row)}>{texts.show}</button> },
          ]} />
        )}
      </Listing>
      {shown ? <DeliveryDialog owner={owner} endpoint={id} id={shown.id} done={pages.again} close={() => setShown(null)} /> : null}
    </Section>
  );
}
