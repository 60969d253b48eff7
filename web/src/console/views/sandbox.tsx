import { ProblemError } from "payments-client";
import { useEffect, useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Notice } from "../../frame/notice.tsx";
import type { Setup } from "../../frame/session.ts";
import { View } from "../../frame/view.tsx";
import { clock, sandbox } from "../calls.ts";
import { useEvery } from "../parts/every.ts";
import { Loaded } from "../parts/loaded.tsx";
import { Section } from "../parts/section.tsx";
import { Time } from "../parts/time.tsx";
import { tell } from "../parts/told.tsx";
import { consoleTexts } from "../texts/console.ts";
import { sandboxTexts } from "../texts/sandbox.ts";
import type { Fault } from "../types.ts";

const groups = {
  payment: ["decline_confirm", "drop_after_confirm", "refuse_cancel", "drop_after_cancel"],
  calls: ["delay", "http_500", "garbage", "refuse_connection", "expire_token"],
  webhooks: ["webhook_lost", "webhook_double", "webhook_late", "webhook_reorder"],
  billing: ["decline_charge", "drop_after_charge", "drop_after_reserve", "withhold_consent"],
} as const;
const waiting = new Set(["delay", "webhook_late", "webhook_reorder"]);
const refreshMs = 2_000;  // a fault that has struck often enough goes off by itself

/** The sandbox's ways to go wrong, as switches, and the test clock. */
export function Sandbox({ setup }: { setup: Setup }) {
  const texts = useTexts(sandboxTexts);
  const { sections } = useTexts(consoleTexts);
  return (
    <View title={sections.sandbox}>
      <p class="fine">{texts.means}</p>
      {setup.test_clock ? <Clock /> : null}
      <Faults />
    </View>
  );
}

/** Does something and tells of it; gives what went wrong to be shown. */
function useDoing(done: () => void) {
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const doing = async (act: () => Promise<unknown>, told: string) => {
    setProblem(null);
    try {
      await act();
      tell(told);
    } catch (failure) {
      setProblem(ProblemError.of(failure));
    }
    done();
  };
  return { problem, doing };
}

function Faults() {
  const texts = useTexts(sandboxTexts);
  const [times, setTimes] = useState<number | null>(1);
  const [delay, setDelay] = useState(2_000);
  const faults = useLoad((signal) => sandbox.faults(signal), []);
  const { problem, doing } = useDoing(faults.again);
  const [flipped, setFlipped] = useState<{ fault: string; on: boolean } | null>(null);  // until the sandbox says so itself
  useEffect(() => setFlipped(null), [faults.value, faults.state === "failed"]);
  useEvery(refreshMs, faults, (faults.value?.length ?? 0) > 0);
  const on = (fault: Fault["fault"]) => doing(
    () => sandbox.set({ fault, times, ...(waiting.has(fault) ? { delay_ms: delay } : {}) }), texts.turnedOn(nameOf(fault)),
  );
  const nameOf = (fault: string) => texts.fault[fault]?.[0] ?? fault;
  // The sandbox takes all back at once: the others are set again as they were.
  const off = (fault: string, set: Fault[]) => doing(async () => {
    await sandbox.clear();
    for (const other of set) if (other.fault !== fault) await sandbox.set(other);
  }, texts.turnedOff(nameOf(fault)));
  const allOff = (
    <button type="button" class="small secondary" onClick={() => doing(sandbox.clear, texts.allTurnedOff)}>{texts.allOff}</button>
  );
  return (
    <Section title={texts.faults} aside={allOff}>
      {problem ? <Notice problem={problem} /> : null}
      <fieldset class="filters">
        <legend>{texts.options}</legend>
        <label>{texts.times}<input type="number" min={1} value={times ?? ""} onInput={(event) => setTimes(event.currentTarget.valueAsNumber || null)} /></label>
        <label>{texts.delay}<input type="number" min={0} step={100} value={delay} onInput={(event) => setDelay(event.currentTarget.valueAsNumber || 0)} /></label>
      </fieldset>
      <Loaded of={faults}>
        {(set) => (
          <div class="switches">
            {(Object.keys(groups) as (keyof typeof groups)[]).map((group) => (
              <fieldset key={group} class="card">
                <legend>{texts.groups[group]}</legend>
                {groups[group].map((fault) => {
                  const active = set.find((one) => one.fault === fault);
                  const flip = () => {
                    setFlipped({ fault, on: !active });
                    void (active ? off(fault, set) : on(fault));
                  };
                  const shown = flipped?.fault === fault ? flipped.on : active !== undefined;
                  return <Switch key={fault} fault={fault} on={shown} active={active} flip={flip} />;
                })}
              </fieldset>
            ))}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function Switch(props: { fault: Fault["fault"]; on: boolean; active: Fault | undefined; flip: () => void }) {
  const texts = useTexts(sandboxTexts);
  const [name, means] = texts.fault[props.fault] ?? [props.fault, ""];
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={props.on} onChange={props.flip} />
      <span>
        <strong>{name}</strong> {props.active ? <span class="badge wait">{texts.left(props.active.times ?? null)}</span> : null}
        <span class="fine">{means} <code>{props.fault}</code></span>
      </span>
    </label>
  );
}

function Clock() {
  const texts = useTexts(sandboxTexts);
  const now = useLoad((signal) => clock.now(signal), []);
  const { problem, doing } = useDoing(now.again);
  return (
    <Section title={texts.clock}>
      <p class="fine">{texts.clockMeans}</p>
      {problem ? <Notice problem={problem} /> : null}
      <Loaded of={now}>{(at) => <p>{texts.now}: <Time at={at} exact /></p>}</Loaded>
      <div class="acts">
        {texts.steps.map(([seconds, text]) => (
          <button key={seconds} type="button" class="small secondary" onClick={() => doing(() => clock.advance(seconds), texts.advanced(text))}>
            {texts.advance(text)}
          </button>
        ))}
      </div>
    </Section>
  );
}
