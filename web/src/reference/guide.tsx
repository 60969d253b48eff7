import { useEffect } from "preact/hooks";
import { useLanguage, useTexts } from "../frame/language.ts";
import { View } from "../frame/view.tsx";
import { Code, Prose } from "./code.tsx";
import type { Document } from "./document.ts";
import { texts } from "./texts.ts";

function Codes(props: { document: Document }) {
  const words = useTexts(texts);
  const language = useLanguage();
  const known = Object.entries(props.document.components.examples).filter(([name]) => name.endsWith(".ko") === (language === "ko"));
  return (
    <>
      <h3>{words.codes}</h3>
      <ul class="errors">
        {known.map(([name, { value }]) => (
          <li key={name}>
            <span class="status">{value.status}</span>
            <div><code>{value.code}</code> <span class="fine">{value.title}</span></div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** How all operations work; `chapter` is gone to. */
export function Guide(props: { document: Document; chapter: string | undefined }) {
  const words = useTexts(texts);
  useEffect(() => {
    const heading = props.chapter ? document.getElementById(props.chapter) : null;
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  }, [props.chapter]);
  return (
    <View title={words.title}>
      <p>{words.lead}</p>
      <p class="fine">
        payments {props.document.info.version} · <a href="/openapi.json">{words.document}</a>
      </p>
      {words.chapters.map(({ id, title, text, code }) => (
        <section key={id}>
          <h2 id={id} tabIndex={-1}>{title}</h2>
          <Prose text={text} />
          {code ? <Code label={code.label} text={code.text} /> : null}
          {id === "errors" ? <Codes document={props.document} /> : null}
        </section>
      ))}
    </View>
  );
}
