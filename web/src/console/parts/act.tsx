import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Confirm } from "../../frame/confirm.tsx";
import { tell } from "./told.tsx";

/** A button that asks for a reason, does something with it, and tells what came of it. */
export function Act(props: {
  label: string;
  means?: string;
  /** Gives what is told; throws ProblemError. */
  act: (reason: string) => Promise<string>;
  done?: () => void;
  grave?: boolean;
  /** The button stands out less. */
  quiet?: boolean;
  reason?: "required" | "optional" | "none";
  disabled?: boolean;
  describedBy?: string;
  children?: ComponentChildren;
}) {
  const [asking, setAsking] = useState(false);
  const act = async (reason: string) => {
    tell(await props.act(reason));
    props.done?.();
  };
  return (
    <>
      <button type="button" class={`small ${props.quiet ? "outline" : "secondary"}`} disabled={props.disabled}
              aria-describedby={props.describedBy} onClick={() => setAsking(true)}>{props.label}</button>
      {asking ? (
        <Confirm title={props.label} action={props.label} act={act} close={() => setAsking(false)}
                 reason={props.reason === "none" ? undefined : props.reason ?? "required"} grave={props.grave}>
          {props.means ? <p>{props.means}</p> : null}
          {props.children}
        </Confirm>
      ) : null}
    </>
  );
}
