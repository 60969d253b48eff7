import type { ProblemError } from "payments-client";
import type { ComponentChildren } from "preact";
import { useTexts } from "./language.ts";
import { frameTexts } from "./texts/index.ts";
import type { Tone } from "./tone.ts";

/** Something one should know, in a box; `alert` has it read out at once. */
export function Note(props: { tone: Tone; alert?: boolean; children: ComponentChildren }) {
  return <div class={`note ${props.tone}`} role={props.alert ? "alert" : undefined}>{props.children}</div>;
}

/** What went wrong, in words, with what support needs to find it, and a way to try again. */
export function Notice(props: { problem: ProblemError; again?: () => void }) {
  const texts = useTexts(frameTexts);
  const { problem } = props;
  const said = problem.problem?.detail || problem.problem?.title;
  const text = problem.code === "NETWORK" ? texts.problem.network
    : problem.status === 401 ? texts.problem.session
    : said ?? texts.problem.unknown;
  return (
    <Note tone="bad" alert>
      <p>{text}</p>
      {problem.problem?.errors?.length ? (
        <ul>
          {problem.problem.errors.map(({ field, detail }) => <li key={field}><code>{field}</code>: {detail}</li>)}
        </ul>
      ) : null}
      <p class="fine">
        {texts.problem.code} <code>{problem.code}</code>
        {problem.requestId ? <> · {texts.problem.request} <code>{problem.requestId}</code></> : null}
      </p>
      {props.again ? <button type="button" class="outline small" onClick={props.again}>{texts.again}</button> : null}
    </Note>
  );
}
