import { ProblemError } from "payments-client";
import type { ComponentProps, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../../frame/notice.tsx";
import { Loading } from "../../frame/pages.tsx";
import type { Chart } from "./chart.tsx";

type Props = ComponentProps<typeof Chart>;
let known: ComponentType<Props> | null = null;

async function load(): Promise<ComponentType<Props>> {
  try {
    return (await import("./chart.tsx")).Chart;
  } catch (failure) {
    throw new ProblemError(0, null, null, failure); // its file could not be fetched
  }
}

/** A chart; its library comes with the first one. */
export function LazyChart(props: Props) {
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (known) return;
    let shown = true;
    setProblem(null);
    load().then((chart) => {
      known = chart;
      if (shown) setTurn(turn + 1);
    }, (failure: unknown) => shown && setProblem(ProblemError.of(failure)));
    return () => {
      shown = false;
    };
  }, [turn]);
  const Known = known;
  if (Known) return <Known {...props} />;
  return problem ? <Notice problem={problem} again={() => setTurn(turn + 1)} /> : <Loading />;
}
