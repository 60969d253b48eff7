import type { ComponentProps, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Loading } from "../../frame/pages.tsx";
import type { Chart } from "./chart.tsx";

type Props = ComponentProps<typeof Chart>;
let known: ComponentType<Props> | null = null;

/** A chart; its library comes with the first one. */
export function LazyChart(props: Props) {
  const [, draw] = useState(0);
  useEffect(() => {
    if (!known) {
      void import("./chart.tsx").then((module) => {
        known = module.Chart;
        draw(1);
      });
    }
  }, []);
  const Known = known;
  return Known ? <Known {...props} /> : <Loading />;
}
