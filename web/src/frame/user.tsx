import { ProblemError } from "payments-client";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useTexts } from "./language.ts";
import { Notice } from "./notice.tsx";
import { becomeUser, type Role, type Session } from "./session.ts";
import { frameTexts } from "./texts/index.ts";

const suggestions = ["alice", "bob", "carol", "operator"];

/** With the development secret: a form that makes one anybody. */
export function UserForm(props: { userId: string; role: Role; action: string; done?: () => void }) {
  const texts = useTexts(frameTexts);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const list = useId();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    try {
      setProblem(null);
      await becomeUser(String(given.get("user_id")).trim(), given.get("role") === "admin" ? "admin" : "user");
      props.done?.();
    } catch (failure) {
      setProblem(ProblemError.of(failure));
    }
  };
  return (
    <form onSubmit={submit} class="user-form">
      <label>
        {texts.user.id}
        <input name="user_id" value={props.userId} list={list} required maxLength={64} autocomplete="off" spellcheck={false} />
      </label>
      <datalist id={list}>{suggestions.map((name) => <option key={name} value={name} />)}</datalist>
      <label>
        {texts.user.role}
        <select name="role" value={props.role}>
          <option value="user">{texts.user.roles.user}</option>
          <option value="admin">{texts.user.roles.admin}</option>
        </select>
      </label>
      {problem ? <Notice problem={problem} /> : null}
      <button type="submit">{props.action}</button>
    </form>
  );
}

/** Who one is, in the header; opens to change it. */
export function UserSwitch(props: { session: Session }) {
  const texts = useTexts(frameTexts);
  const details = useRef<HTMLDetailsElement>(null);
  const shut = () => {
    details.current!.open = false;
  };
  useEffect(() => {
    const elsewhere = (event: MouseEvent) => {
      if (!details.current!.contains(event.target as Node)) shut();
    };
    addEventListener("click", elsewhere);
    return () => removeEventListener("click", elsewhere);
  }, []);
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    shut();
    details.current!.querySelector("summary")!.focus();
  };
  const { userId, role } = props.session;
  return (
    <details ref={details} class="user-switch" onKeyDown={escape}>
      <summary aria-label={texts.user.menu(userId)}>{userId}</summary>
      <div class="card"><UserForm key={userId + role} userId={userId} role={role} action={texts.user.change} done={shut} /></div>
    </details>
  );
}
