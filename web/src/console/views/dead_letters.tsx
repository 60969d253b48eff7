import { useTexts } from "../../frame/language.ts";
import { Listing, usePages } from "../../frame/pages.tsx";
import { View } from "../../frame/view.tsx";
import { letters } from "../calls.ts";
import { Id } from "../parts/id.tsx";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { count, Time } from "../parts/time.tsx";
import { consoleTexts } from "../texts/console.ts";
import { letterTexts } from "../texts/letters.ts";
import { services, type DeadLetter, type Service } from "../types.ts";

export const letterAt = (service: Service, id: string) => `#/dead-letters/${service}/${encodeURIComponent(id)}`;

export function DeadLetters() {
  const texts = useTexts(letterTexts);
  return (
    <View title={texts.title}>
      <p class="fine">{texts.means}</p>
      {services.map((service) => <OfService key={service} service={service} />)}
    </View>
  );
}

function OfService({ service }: { service: Service }) {
  const texts = useTexts(letterTexts);
  const { service: names } = useTexts(consoleTexts);
  const pages = usePages<DeadLetter>((cursor, signal) => letters.list(service, { cursor }, signal), [service]);
  return (
    <Section title={names[service]}>
      <Listing pages={pages} empty={texts.none}>
        {(rows) => (
          <Table name={`${texts.title}: ${names[service]}`} rows={rows} keyOf={(row) => row.id} columns={[
            { name: texts.id, cell: (row) => <Id text={row.id} href={letterAt(service, row.id)} /> },
            { name: texts.type, cell: (row) => <code>{row.type}</code> },
            { name: texts.reason, cell: (row) => row.reason },
            { name: texts.attempts, cell: (row) => count(row.attempts), number: true },
            { name: texts.key, cell: (row) => <><code>{row.key}</code> {row.key_encoding === "base64" ? texts.keyBase64 : ""}</> },
            { name: texts.topic, cell: (row) => <code>{row.topic}</code> },
            { name: texts.parkedAt, cell: (row) => <Time at={row.parked_at} /> },
          ]} />
        )}
      </Listing>
    </Section>
  );
}
