import { useTexts } from "../../frame/language.ts";
import { Badge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { Empty, Loading } from "../../frame/pages.tsx";
import { Facts, Section } from "../parts/section.tsx";
import { useStatuses, worstOf, type Answered } from "../parts/statuses.ts";
import { Table } from "../parts/table.tsx";
import { count, Time } from "../parts/time.tsx";
import { consoleTexts } from "../texts/console.ts";
import { serviceTexts } from "../texts/services.ts";
import { services, type ServiceStatus } from "../types.ts";

const refreshMs = 3_000;

export function Services() {
  const texts = useTexts(consoleTexts);
  const { statuses, at, paused, again } = useStatuses(refreshMs);
  const aside = (
    <span class="fine">
      {paused ? texts.paused : at ? <>{texts.asOf} <Time at={at} exact /></> : null}{" "}
      <button type="button" class="small secondary" onClick={again}>{texts.again}</button>
    </span>
  );
  return (
    <View title={texts.sections.services} aside={aside}>
      {services.map((service) => (
        <Section key={service} title={texts.service[service]}>
          {statuses ? <One answered={statuses[service]} /> : <Loading />}
        </Section>
      ))}
    </View>
  );
}

function One({ answered }: { answered: Answered }) {
  const texts = useTexts(consoleTexts);
  const words = useTexts(serviceTexts);
  const { status, offered } = answered;
  if (!status) return <Empty>{offered ? texts.down : texts.notOffered}</Empty>;
  const tone = worstOf(status);
  return (
    <div class="beside even">
      <div class="card">
        <Facts of={[
          [texts.health, <Badge tone={tone}>{tone === "good" ? texts.up : texts.attention}</Badge>],
          [texts.waiting, <>{count(status.outbox.waiting)}{status.outbox.oldest_at ? <> ({texts.oldest} <Time at={status.outbox.oldest_at} exact />)</> : null}</>],
          [texts.queue, count(status.queue)],
          [texts.letters, <a href="#/dead-letters">{count(status.dead_letters)}</a>],
          [texts.instance, status.instance],
          [words.version, status.version],
          [words.startedAt, <Time at={status.started_at} />],
        ]} />
      </div>
      <div>
        <Consumers status={status} />
        <Instances status={status} />
      </div>
    </div>
  );
}

function Consumers({ status }: { status: ServiceStatus }) {
  const texts = useTexts(serviceTexts);
  if (status.consumers.length === 0) return <p class="fine">{texts.noConsumers}</p>;
  return (
    <Table name={texts.consumers(status.service)} rows={status.consumers} keyOf={(row) => `${row.topic} ${row.partition}`}
           tone={(row) => (row.lag > 0 ? "behind" : "")} columns={[
      { name: texts.topic, cell: (row) => <code>{row.topic}</code> },
      { name: texts.partition, cell: (row) => count(row.partition), number: true },
      { name: texts.lag, cell: (row) => count(row.lag), number: true },
    ]} />
  );
}

function Instances({ status }: { status: ServiceStatus }) {
  const texts = useTexts(serviceTexts);
  if (status.instances.length === 0) return null;
  return (
    <Table name={texts.instances(status.service)} rows={status.instances} keyOf={(row) => row.name} columns={[
      { name: texts.instance, cell: (row) => row.name },
      { name: texts.leads, cell: (row) => (row.leads ? <Badge tone="info">{texts.leader}</Badge> : "–") },
      { name: texts.beats, cell: (row) => count(row.beats), number: true },
    ]} />
  );
}
