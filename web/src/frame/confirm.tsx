import { ProblemError } from "payments-client";
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { useTexts } from "./language.ts";
import { Notice } from "./notice.tsx";
import { frameTexts } from "./texts/index.ts";

/**
 * Asks before something is done, and does it: `act` is given the reason, which must not be empty if it
 * is required. Stays open and tells why if `act` throws a ProblemError; closes by itself otherwise.
 */
export function Confirm(props: {
  title: string;
  action: string;
  act: (reason: string) => Promise<unknown>;
  close: () => void;
  reason?: "required" | "optional";
  grave?: boolean;
  children?: ComponentChildren;
}) {
  const texts = useTexts(frameTexts);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [busy, setBusy] = useState(false);
  const hint = useId();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement).get("reason");
    setBusy(true);
    setProblem(null);
    try {
      await props.act(typeof given === "string" ? given.trim() : "");
      props.close();
    } catch (failure) {
      setBusy(false);
      setProblem(ProblemError.of(failure));
    }
  };
  return (
    <Dialog title={props.title} close={props.close}>
      <form onSubmit={submit}>
        {props.children}
        {props.reason ? (
          <label>
            {texts.reason}
            <input name="reason" maxLength={200} pattern=".*\S.*" autocomplete="off" aria-describedby={hint}
                   required={props.reason === "required"} />
            <small id={hint}>{texts.reasonHint}</small>
          </label>
        ) : null}
        {problem ? <Notice problem={problem} /> : null}
        <div class="actions">
          <button type="button" class="secondary" onClick={props.close}>{texts.back}</button>
          <button type="submit" class={props.grave ? "grave" : ""} disabled={busy} aria-busy={busy}>{props.action}</button>
        </div>
      </form>
    </Dialog>
  );
}
