import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useHash } from "./hash.ts";
import { setLanguage, useLanguage, useTexts } from "./language.ts";
import { Notice } from "./notice.tsx";
import { useOnline } from "./online.ts";
import { Loading } from "./pages.tsx";
import { listenForTokens, resumeUser, useSession, type Role, type Session, type Setup } from "./session.ts";
import { useSetup } from "./setup.ts";
import { frameTexts } from "./texts/index.ts";
import { UserForm, UserSwitch } from "./user.tsx";
import { PageName, View } from "./view.tsx";

/** A link of the menu; `part` is the first part of the addresses it stands for. */
export interface Section {
  part: string;
  text: string;
}

/**
 * What is around every page: header, menu, language, user. Its children are shown once the server's setup
 * and a token are there; they are made anew for another user. `admin`: they are for operators only.
 * `away`: what is said besides to somebody who has come without a token.
 */
export function Shell(props: {
  name: string;
  sections: Section[];
  admin?: boolean;
  away?: string | undefined;
  children: (setup: Setup, session: Session) => ComponentChildren;
}) {
  const texts = useTexts(frameTexts);
  const session = useSession();
  const loaded = useSetup();
  const [ready, setReady] = useState(false);
  const setup = loaded.value;
  useEffect(() => {
    if (!setup) return;
    listenForTokens(setup.token_origins);
    if (!setup.development || session) setReady(true);
    else void resumeUser().finally(() => setReady(true));
  }, [setup]);
  const skip = (event: Event) => {
    event.preventDefault();
    document.getElementById("main")!.focus();
  };
  return (
    <PageName.Provider value={props.name}>
      <a href="#main" class="skip" onClick={skip}>{texts.skip}</a>
      <Header name={props.name} sections={session ? props.sections : []}>
        {setup?.development && session ? <UserSwitch session={session} /> : null}
      </Header>
      <Connection />
      <main id="main" tabIndex={-1} class="container">
        {loaded.state === "failed" ? <Notice problem={loaded.problem} again={loaded.again} /> : null}
        {!setup || !ready ? (loaded.state === "failed" ? null : <Loading />)
          : !session ? <Entrance setup={setup} role={props.admin ? "admin" : "user"} away={props.away} />
          : props.admin && session.role !== "admin" ? <AdminsOnly />
          : <div key={`${session.userId} ${session.role}`}>{props.children(setup, session)}</div>}
      </main>
    </PageName.Provider>
  );
}

export function Header(props: { name: string; sections: Section[]; children: ComponentChildren }) {
  const texts = useTexts(frameTexts);
  const language = useLanguage();
  const here = useHash()[0] ?? "";
  const other = language === "ko" ? "en" : "ko";
  return (
    <header class="top">
      <div class="container">
        <a href="#/" class="name">{props.name}</a>
        <div class="tools">
          {props.children}
          <button type="button" class="bare" lang={other} onClick={() => setLanguage(other)}>{texts.otherLanguage}</button>
        </div>
        {props.sections.length > 0 ? (
          <nav aria-label={texts.sections}>
            <ul>
              {props.sections.map(({ part, text }) => (
                <li key={part}><a href={`#/${part}`} aria-current={part === here ? "page" : undefined}>{text}</a></li>
              ))}
            </ul>
          </nav>
        ) : null}
      </div>
    </header>
  );
}

/** Says so while the server is not reached; what is shown may be old then. */
function Connection() {
  const texts = useTexts(frameTexts);
  const online = useOnline();
  return <div role="status" class="connection">{online ? null : <p class="container">{texts.offline}</p>}</div>;
}

/** There is no token: the platform has to give one, or, in development, one chooses. */
function Entrance(props: { setup: Setup; role: Role; away: string | undefined }) {
  const texts = useTexts(frameTexts);
  if (props.setup.development) {
    return (
      <View title={texts.user.title}>
        <div class="card narrow">
          <p>{texts.user.lead}</p>
          <UserForm userId={props.role === "admin" ? "operator" : "alice"} role={props.role} action={texts.user.start} />
        </div>
      </View>
    );
  }
  return (
    <View title={texts.away.title}>
      <div class="card narrow">
        {props.away ? <p>{props.away}</p> : null}
        <p>{texts.away.lead}</p>
        <p class="fine">{texts.away.developers}: <a href="/docs">{texts.away.reference}</a></p>
      </div>
    </View>
  );
}

function AdminsOnly() {
  const texts = useTexts(frameTexts);
  return <View title={texts.admins.title}><p>{texts.admins.lead}</p></View>;
}
