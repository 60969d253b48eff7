import { ProblemError } from "payments-client";
import type { ComponentProps, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../../frame/notice.tsx";
import { Loading } from "../../frame/pages.tsx";
import type { Chart } from "./chart.tsx";

type Props = ComponentProps<typeof Chart>;
let known: ComponentType<Props> | null = null;
const waiting = new Set<(problem: ProblemError | null) => void>();

/** Fetches the chart's file for all that wait for it. */
async function load() {
  let problem: ProblemError | null = null;
  try {
    known = (await import("./chart.tsx")).Chart;
  } catch (failure) {
    problem = new ProblemError(0, null, null, failure);
  }
  for (const tell of waiting) tell(problem);
}

/** A chart; its library comes with the first one. */
export function LazyChart(props: Props) {
  const [{ problem }, tell] = useState<{ problem: ProblemError | null }>({ problem: null });
  useEffect(() => {
    // It may have come since this was drawn, when nobody told of it yet.
    if (known) return tell({ problem: null });
    const told = (problem: ProblemError | null) => tell({ problem });
    waiting.add(told);
    void load();
    return () => void waiting.delete(told);
  }, []);
  const Known = known;
  if (Known) return <Known {...props} />;
  return problem ? <Notice problem={problem} again={() => void load()} /> : <Loading />;
}
