import { won } from "../../frame/format.ts";
import { useLanguage, useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Listing, usePages } from "../../frame/pages.tsx";
import { Badge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { figures, orders } from "../calls.ts";
import { useEvery } from "../parts/every.ts";
import { OrderId, UserId } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { count, Time } from "../parts/time.tsx";
import { useStatuses, worstOf, type Answered } from "../parts/statuses.ts";
import { consoleTexts } from "../texts/console.ts";
import { orderTexts } from "../texts/order.ts";
import { services, type Attention } from "../types.ts";

const refreshMs = 10_000;

export function Home() {
  const texts = useTexts(consoleTexts);
  return (
    <View title={texts.sections.home}>
      <Health />
      <NeedAttention />
      <Today />
    </View>
  );
}

/** Each service in a line: whether it answers, and what waits in it. */
function Health() {
  const texts = useTexts(consoleTexts);
  const { statuses } = useStatuses(refreshMs);
  return (
    <Section title={texts.health} class="health">
      <ul>
        {services.map((service) => (
          <li key={service}>
            <a href="#/services">{texts.service[service]}</a>{" "}
            <HealthWords answered={statuses?.[service]} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function HealthWords({ answered }: { answered: Answered | undefined }) {
  const texts = useTexts(consoleTexts);
  if (!answered) return <Badge tone="idle">…</Badge>;
  if (!answered.status) return <Badge tone={answered.offered ? "bad" : "idle"}>{answered.offered ? texts.down : "–"}</Badge>;
  const { outbox, consumers, dead_letters } = answered.status;
  const lag = consumers.reduce((sum, consumer) => sum + consumer.lag, 0);
  const tone = worstOf(answered.status);
  return (
    <>
      <Badge tone={tone}>{tone === "good" ? texts.up : texts.attention}</Badge>
      <span class="fine">
        {texts.waiting} {count(outbox.waiting)}
        {outbox.oldest_at ? <> ({texts.oldest} <Time at={outbox.oldest_at} />)</> : null}
        {" · "}{texts.lag} {count(lag)}
        {" · "}<a href="#/dead-letters">{texts.letters} {count(dead_letters)}</a>
      </span>
    </>
  );
}

function NeedAttention() {
  const texts = useTexts(orderTexts);
  const pages = usePages<Attention>((cursor, signal) => orders.attention({ cursor, limit: 20 }, signal), []);
  useEvery(refreshMs, pages, (pages.items?.length ?? 0) <= 20);
  const columns = [
    { name: texts.why, cell: (row: Attention) => <Badge tone={row.why === "refund_refused" ? "bad" : "wait"}>{texts.attentionWhy[row.why]}</Badge> },
    { name: texts.order, cell: (row: Attention) => <OrderId id={row.order.id} /> },
    { name: texts.buyer, cell: (row: Attention) => <UserId id={row.order.user_id} /> },
    { name: texts.item, cell: (row: Attention) => row.order.item_name },
    { name: texts.price, cell: (row: Attention) => row.order.amount === null ? "–" : count(row.order.amount), number: true },
    { name: texts.since, cell: (row: Attention) => <Time at={row.since} /> },
    { name: texts.tries, cell: (row: Attention) => count(row.attempts), number: true },
    { name: texts.next, cell: (row: Attention) => <Time at={row.next_at} /> },
  ];
  return (
    <Section title={texts.attention}>
      <Listing pages={pages} empty={texts.noAttention}>
        {(rows) => <Table name={texts.attention} columns={columns} rows={rows} keyOf={(row) => row.order.id} />}
      </Listing>
    </Section>
  );
}

function Today() {
  const texts = useTexts(consoleTexts);
  const names = texts.todayFigures;
  const language = useLanguage();
  const sales = useLoad((signal) => figures.sales({ by: "day" }, signal), []);
  useEvery(refreshMs * 3, sales);
  return (
    <Section title={texts.today} aside={<a href="#/figures">{texts.sections.figures}</a>}>
      <Loaded of={sales}>
        {(days) => {
          const today = days.at(-1);  // by the server's clock
          return today ? (
            <dl class="tiles">
              <div><dt>{names.amount}</dt><dd>{won(today.amount, language)}</dd></div>
              <div><dt>{names.succeeded}</dt><dd>{count(today.succeeded)}</dd></div>
              <div><dt>{names.failed}</dt><dd>{count(today.failed)}</dd></div>
              <div><dt>{names.expired}</dt><dd>{count(today.expired)}</dd></div>
              <div><dt>{names.canceled}</dt><dd>{count(today.canceled)}</dd></div>
              <div><dt>{names.canceledAmount}</dt><dd>{won(today.canceled_amount, language)}</dd></div>
            </dl>
          ) : null;
        }}
      </Loaded>
    </Section>
  );
}
