import { LazyChart as Chart } from "../parts/lazy_chart.tsx";
import { parameters } from "../../frame/hash.ts";
import { won } from "../../frame/format.ts";
import { useLanguage, useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { View } from "../../frame/view.tsx";
import { figures } from "../calls.ts";
import { dayStart } from "../parts/days.ts";
import { Loaded } from "../parts/loaded.tsx";
import { Section } from "../parts/section.tsx";
import { count, Time } from "../parts/time.tsx";
import { consoleTexts } from "../texts/console.ts";
import { figureTexts } from "../texts/figures.ts";

type By = "hour" | "day";
const spans: Record<By, string[]> = { day: ["7", "14", "31"], hour: ["1", "2", "3"] };

interface Range {
  by: By;
  days: string;
  from: string;
}

/** The range chosen in the address: it can be sent to somebody. */
function chosen(): Range {
  const given = parameters();
  const by: By = given.get("by") === "hour" ? "hour" : "day";
  const days = spans[by].includes(given.get("days") ?? "") ? given.get("days")! : spans[by][0]!;
  return { by, days, from: dayStart(new Date(), Number(days) - 1).toISOString() };
}

export function Figures() {
  const { sections } = useTexts(consoleTexts);
  const range = chosen();
  return (
    <View title={sections.figures}>
      <RangeChoice range={range} />
      <Sales range={range} />
      <Flows range={range} />
      <Liability />
    </View>
  );
}

function RangeChoice({ range }: { range: Range }) {
  const texts = useTexts(figureTexts);
  const go = (by: By, days: string) => {
    location.hash = `#/figures?by=${by}&days=${days}`;
  };
  return (
    <div class="filters">
      <label>
        {texts.by}
        <select value={range.by} onChange={(event) => go(event.currentTarget.value as By, spans[event.currentTarget.value as By][0]!)}>
          <option value="day">{texts.day}</option>
          <option value="hour">{texts.hour}</option>
        </select>
      </label>
      <label>
        {texts.range}
        <select value={range.days} onChange={(event) => go(range.by, event.currentTarget.value)}>
          {spans[range.by].map((days) => <option key={days} value={days}>{texts.spans[days]}</option>)}
        </select>
      </label>
      <span class="fine">{texts.seoul}</span>
    </div>
  );
}

function Sales({ range }: { range: Range }) {
  const texts = useTexts(figureTexts);
  const sales = useLoad((signal) => figures.sales({ by: range.by, from: range.from }, signal), [range.by, range.from]);
  return (
    <Section title={texts.orders}>
      <Loaded of={sales}>
        {(rows) => (
          <div class="charts">
            <Chart name={texts.orders} by={range.by} at={rows.map((row) => row.at)} series={[
              { name: texts.succeeded, colour: "good", bars: true, values: rows.map((row) => row.succeeded) },
              { name: texts.failed, colour: "bad", values: rows.map((row) => row.failed) },
              { name: texts.canceled, colour: "idle", values: rows.map((row) => row.canceled) },
              { name: texts.expired, colour: "wait", values: rows.map((row) => row.expired) },
            ]} />
            <Chart name={texts.sales} by={range.by} at={rows.map((row) => row.at)} series={[
              { name: texts.amount, colour: "accent", bars: true, values: rows.map((row) => row.amount) },
              { name: texts.canceledAmount, colour: "bad", values: rows.map((row) => row.canceled_amount) },
            ]} />
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function Flows({ range }: { range: Range }) {
  const texts = useTexts(figureTexts);
  const flows = useLoad((signal) => figures.flows({ by: range.by, from: range.from }, signal), [range.by, range.from]);
  return (
    <Section title={texts.points}>
      <Loaded of={flows}>
        {(rows) => (
          <Chart name={texts.points} by={range.by} at={rows.map((row) => row.at)} series={[
            { name: texts.issuedPaid, colour: "accent", bars: true, values: rows.map((row) => row.issued_paid) },
            { name: texts.issuedBonus, colour: "wait", values: rows.map((row) => row.issued_bonus) },
            { name: texts.adjusted, colour: "ink", values: rows.map((row) => row.adjusted) },
            { name: texts.spent, colour: "good", values: rows.map((row) => row.spent) },
            { name: texts.lapsed, colour: "soft", values: rows.map((row) => row.expired) },
            { name: texts.returned, colour: "bad", values: rows.map((row) => row.returned) },
          ]} />
        )}
      </Loaded>
    </Section>
  );
}

/** What the house owes in points, now. */
function Liability() {
  const texts = useTexts(figureTexts);
  const language = useLanguage();
  const owed = useLoad((signal) => figures.liability(signal), []);
  return (
    <Section title={texts.liability}>
      <Loaded of={owed}>
        {(value) => (
          <>
            <dl class="tiles">
              {(["all", "paid", "bonus", "held", "owed"] as const).map((name) => (
                <div key={name}>
                  <dt>{texts.worth[name]}</dt>
                  <dd>{count(value[name].points)}</dd>
                  <dd class="fine">{won(value[name].won, language)}</dd>
                </div>
              ))}
              <div><dt>{texts.wallets}</dt><dd>{count(value.wallets)}</dd></div>
            </dl>
            <p class="fine">
              <label>
                {texts.limit(won(value.outstanding_limit, language), `${value.outstanding_permille / 10}%`)}
                <progress max={1000} value={Math.min(value.outstanding_permille, 1000)} />
              </label>
              {texts.rate(won(value.won_per_point, language))} <Time at={value.at} />
            </p>
          </>
        )}
      </Loaded>
    </Section>
  );
}
