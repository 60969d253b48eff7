import { useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { Listing, usePages } from "../../frame/pages.tsx";
import { Badge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { endpoints } from "../calls.ts";
import { Id } from "../parts/id.tsx";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { webhookTexts } from "../texts/webhooks.ts";
import type { Endpoint, HookOwner } from "../types.ts";
import { AddEndpointAct, SecretDialog } from "./endpoint_acts.tsx";

export const endpointAt = (owner: HookOwner, id: string) => `#/webhooks/${owner}/${encodeURIComponent(id)}`;

export function Webhooks() {
  const texts = useTexts(webhookTexts);
  return (
    <View title={texts.title}>
      <p class="fine">{texts.means}</p>
      <Of owner="order" />
      <Of owner="point" />
    </View>
  );
}

function Of({ owner }: { owner: HookOwner }) {
  const texts = useTexts(webhookTexts);
  const [secret, setSecret] = useState<string | null>(null);
  const pages = usePages<Endpoint>((_, signal) => endpoints.list(owner, signal), [owner]);
  return (
    <Section title={texts.owner[owner]} aside={<AddEndpointAct owner={owner} made={setSecret} done={pages.again} />}>
      <Listing pages={pages} empty={texts.none}>
        {(rows) => (
          <Table name={texts.owner[owner]} rows={rows} keyOf={(row) => row.id} columns={[
            { name: texts.endpoint, cell: (row) => <Id text={row.id} href={endpointAt(owner, row.id)} /> },
            { name: texts.state, cell: (row) => <EndpointState endpoint={row} /> },
            { name: texts.url, cell: (row) => row.url },
            { name: texts.events, cell: (row) => row.events.includes("*") ? texts.allEvents
              : row.events.map((event) => <div key={event}><code>{event}</code></div>) },
            { name: texts.description, cell: (row) => row.description || "–" },
            { name: texts.madeAt, cell: (row) => <Time at={row.created_at} /> },
          ]} />
        )}
      </Listing>
      {secret ? <SecretDialog secret={secret} close={() => setSecret(null)} /> : null}
    </Section>
  );
}

export function EndpointState({ endpoint }: { endpoint: Endpoint }) {
  const texts = useTexts(webhookTexts);
  const on = endpoint.status === "enabled";
  return (
    <>
      <Badge tone={on ? (endpoint.failing_since ? "wait" : "good") : "idle"}>{texts.status[endpoint.status]}</Badge>{" "}
      {endpoint.disabled_because ? <span class="fine">{texts.because[endpoint.disabled_because]}</span> : null}
    </>
  );
}
