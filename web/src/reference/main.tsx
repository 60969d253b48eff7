import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useHash } from "../frame/hash.ts";
import { useTexts } from "../frame/language.ts";
import { useLoad } from "../frame/load.ts";
import { Notice } from "../frame/notice.tsx";
import { Loading } from "../frame/pages.tsx";
import { Header } from "../frame/shell.tsx";
import { frameTexts } from "../frame/texts/index.ts";
import { PageName, View } from "../frame/view.tsx";
import { Contents } from "./contents.tsx";
import { entries, fetchDocument, type Document } from "./document.ts";
import { Guide } from "./guide.tsx";
import { OperationView } from "./operation.tsx";
import { texts } from "./texts.ts";
import "../frame/style.css";
import "./style.css";

function Shown(props: { document: Document; here: string[] }) {
  const words = useTexts(texts);
  const [kind, name] = props.here;
  if (kind === undefined || kind === "guide") return <Guide document={props.document} chapter={name} />;
  const entry = kind === "operations" ? entries(props.document).find(({ operationId }) => operationId === name) : undefined;
  if (!entry) return <View title={words.missing}><p><a href="#/">{words.guide}</a></p></View>;
  return <OperationView key={name} document={props.document} entry={entry} />;
}

/** Where there is room the contents stand beside; on a phone they open and close. */
function Beside(props: { document: Document; here: string[] }) {
  const words = useTexts(texts);
  const details = useRef<HTMLDetailsElement>(null);
  const wide = matchMedia("(min-width: 60rem)");
  useEffect(() => {
    const fit = () => {
      details.current!.open = wide.matches;
    };
    fit();
    wide.addEventListener("change", fit);
    addEventListener("hashchange", fit);
    return () => {
      wide.removeEventListener("change", fit);
      removeEventListener("hashchange", fit);
    };
  }, []);
  return (
    <nav class="contents" aria-label={words.contents}>
      <details ref={details}>
        <summary>{words.contents}</summary>
        <Contents document={props.document} here={props.here} />
      </details>
    </nav>
  );
}

function Reference() {
  const words = useTexts(texts);
  const frame = useTexts(frameTexts);
  const loaded = useLoad(fetchDocument, []);
  const here = useHash();
  const skip = (event: Event) => {
    event.preventDefault();
    document.getElementById("main")!.focus();
  };
  return (
    <PageName.Provider value="payments">
      <a href="#main" class="skip" onClick={skip}>{frame.skip}</a>
      <Header name={`payments ${words.title}`} sections={[]}>{null}</Header>
      <div class="container reference">
        {loaded.value ? <Beside document={loaded.value} here={here} /> : null}
        <main id="main" tabIndex={-1}>
          {loaded.state === "failed" ? <Notice problem={loaded.problem} again={loaded.again} /> : null}
          {loaded.value ? <Shown document={loaded.value} here={here} /> : loaded.state === "loading" ? <Loading /> : null}
        </main>
      </div>
    </PageName.Provider>
  );
}

render(<Reference />, document.getElementById("page")!);
