import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTexts } from "../../frame/language.ts";
import { consoleTexts } from "../texts/console.ts";
import { tick } from "./days.ts";
import { Table } from "./table.tsx";
import { count } from "./time.tsx";

export interface Series {
  name: string;
  values: number[];
  /** Which of the frame's colours. */
  colour: "good" | "bad" | "wait" | "idle" | "soft" | "ink" | "accent";
  bars?: boolean;
}

interface Shown {
  name: string;
  by: "hour" | "day";
  at: string[];
  series: Series[];
}

const height = 200;
const stepS = { hour: 3_600, day: 86_400 };

function colourOf(name: Series["colour"] | "line"): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const short = (number: number) => Intl.NumberFormat("en", { notation: "compact" }).format(number);

function draw(into: HTMLElement, shown: Shown, point: (index: number | null) => void): uPlot {
  const times = shown.at.map((at) => Date.parse(at) / 1000);
  const axis = { stroke: colourOf("soft"), grid: { stroke: colourOf("line"), width: 1 }, ticks: { show: false } };
  return new uPlot({
    width: into.clientWidth, height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Seoul"),
    scales: {
      x: { range: (_, first, last) => [first - stepS[shown.by] / 2, last + stepS[shown.by] / 2] },
      y: { range: (_, least, most) => [Math.min(0, least), Math.max(1, most * 1.1)] },
    },
    axes: [
      { ...axis, size: 28, space: 72, incrs: [1, 2, 3, 6, 12, 24, 48].map((steps) => steps * stepS[shown.by]),
        values: (_, splits) => splits.map((seconds) => tick(new Date(seconds * 1000), shown.by)) },
      { ...axis, size: 56, values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? short(value) : "")) },
    ],
    series: [{}, ...shown.series.map(({ name, colour, bars }) => ({
      label: name, stroke: colourOf(colour), width: 2, points: { size: 5, fill: colourOf(colour) },
      ...(bars ? { paths: uPlot.paths.bars!({ size: [.6, 48] }), fill: `${colourOf(colour)}55`, points: { show: false } } : {}),
    }))],
    hooks: { setCursor: [(plot) => point(plot.cursor.idx ?? null)] },
  }, [times, ...shown.series.map(({ values }) => values)], into);
}

/** Numbers over time as a picture, and the same as a table for those who open it. */
export function Chart(props: Shown) {
  const texts = useTexts(consoleTexts);
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  useEffect(() => {
    const into = place.current!;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    let plot = draw(into, props, setPointed);
    const again = () => {
      plot.destroy();
      plot = draw(into, props, setPointed);
    };
    const resized = new ResizeObserver(() => plot.setSize({ width: into.clientWidth, height }));
    dark.addEventListener("change", again);
    resized.observe(into);
    return () => {
      dark.removeEventListener("change", again);
      resized.disconnect();
      plot.destroy();
    };
  }, [props.at, props.by, ...props.series.map((series) => series.values), props.name]);
  const rows = props.at.map((at, index) => ({ at, index }));
  return (
    <figure class="chart">
      <figcaption>
        {props.name}
        <ul>
          {props.series.map(({ name, colour, values }) => (
            <li key={name}>
              <svg viewBox="0 0 10 10" class={`swatch-${colour}`} aria-hidden="true"><rect width="10" height="10" rx="2" /></svg>
              {name}{pointed !== null && values[pointed] !== undefined ? ` ${count(values[pointed])}` : ""}
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={place} role="img" aria-label={props.name} />
      <details>
        <summary>{texts.numbers}</summary>
        <Table name={`${props.name}: ${texts.numbers}`} rows={rows} keyOf={(row) => row.at} columns={[
          { name: texts.when, cell: (row) => tick(new Date(row.at), props.by) },
          ...props.series.map(({ name, values }) => ({
            name, number: true, cell: (row: { index: number }) => count(values[row.index] ?? 0),
          })),
        ]} />
      </details>
    </figure>
  );
}
