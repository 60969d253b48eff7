import { useLanguage, useTexts } from "../frame/language.ts";
import { View } from "../frame/view.tsx";
import { Code, Prose, Words } from "./code.tsx";
import { curlOf } from "./curl.ts";
import { codesOf, exampleOfMedia, resolve, type Answer, type Document, type Entry, type Media, type Parameter } from "./document.ts";
import { Body, Field } from "./fields.tsx";
import { texts } from "./texts.ts";

const places = ["path", "query", "header"] as const;
/** Every call may have them: they are folded away. */
const everywhere = ["Accept-Language", "traceparent", "X-Request-Id"];

export function titleOf(entry: Entry, language: string): string {
  return (language === "ko" ? entry["x-summary-ko"] : undefined) ?? entry.summary;
}

export function Method(props: { method: string }) {
  return <span class={`method ${props.method.toLowerCase()}`}>{props.method}</span>;
}

function shown(media: Media): string {
  const example = exampleOfMedia(media);
  return typeof example === "string" ? example : JSON.stringify(example, null, 2);
}

function List(props: { of: Parameter[] }) {
  return (
    <ul class="fields">
      {props.of.map((parameter) => (
        <Field key={parameter.name} name={parameter.name} given={parameter.schema}
               required={parameter.required} description={parameter.description} above={[]} />
      ))}
    </ul>
  );
}

function Parameters(props: { list: Parameter[] }) {
  const words = useTexts(texts);
  const own = props.list.filter(({ name }) => !everywhere.includes(name));
  const common = props.list.filter(({ name }) => everywhere.includes(name));
  return (
    <>
      {places.map((place) => {
        const here = own.filter((parameter) => parameter.in === place);
        return here.length === 0 ? null : (
          <section key={place} aria-labelledby={`parameters-${place}`}>
            <h3 id={`parameters-${place}`}>{words.places[place]}</h3>
            <List of={here} />
          </section>
        );
      })}
      {common.length > 0 ? <details><summary>{words.everywhere}</summary><List of={common} /></details> : null}
    </>
  );
}

function Success(props: { status: string; answer: Answer }) {
  const words = useTexts(texts);
  const { status, answer } = props;
  return (
    <section aria-labelledby={`answer-${status}`}>
      <h3 id={`answer-${status}`}><span class="status">{status}</span> <Words text={answer.description} /></h3>
      {Object.entries(answer.content ?? {}).map(([type, media]) => (
        <div key={type}>
          <p class="fine"><code>{type}</code></p>
          {media.schema ? <Body schema={media.schema} answer /> : null}
          <Code label={words.example} text={shown(media)} />
        </div>
      ))}
      {answer.headers ? (
        <details>
          <summary>{words.headers}</summary>
          <ul class="fields">
            {Object.entries(answer.headers).map(([name, given]) => {
              const header = resolve(given);
              return <Field key={name} name={name} given={header.schema ?? {}} description={header.description} above={[]} />;
            })}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

function Errors(props: { document: Document; answers: [string, Answer][] }) {
  const words = useTexts(texts);
  const language = useLanguage();
  return (
    <ul class="errors">
      {props.answers.map(([status, answer]) => {
        const codes = codesOf(answer);
        return (
          <li key={status}>
            <span class="status">{status}</span>
            <div>
              <p><Words text={answer.description.replace(/(?:,? ?`[A-Z_]+`)+$/, "")} /></p>
              {codes.map((code) => {
                const { examples } = props.document.components;
                const known = (language === "ko" ? examples[`${code}.ko`] : examples[code]) ?? examples[code];
                return <p key={code}><code>{code}</code> <span class="fine">{known?.value.title}</span></p>;
              })}
            </div>
          </li>
        );
      })}
      <li class="fine"><span><a href="#/guide/errors">{words.aboutErrors}</a></span></li>
    </ul>
  );
}

export function OperationView(props: { document: Document; entry: Entry }) {
  const words = useTexts(texts);
  const language = useLanguage();
  const { entry } = props;
  const parameters = (entry.parameters ?? []).map(resolve);
  const answers = Object.entries(entry.responses).map(([status, answer]): [string, Answer] => [status, resolve(answer)]);
  const isGood = ([status, answer]: [string, Answer]) => status < "400" || !answer.content?.["application/problem+json"];
  const sent = entry.method === "EVENT";
  const who = sent ? words.sentByUs : !entry.security?.length ? words.anybody : entry["x-role"] === "admin" ? words.admins : words.users;
  return (
    <View title={titleOf(entry, language)}>
      <p class="address"><Method method={entry.method} /> <code>{entry.path}</code></p>
      <p><span class="badge idle">{who}</span> <span class="fine">operationId <code>{entry.operationId}</code></span></p>
      {entry.description ? <div lang="en"><Prose text={entry.description} /></div> : null}
      {sent ? <p><a href="#/guide/webhooks">{words.aboutWebhooks}</a></p> : <Code label="curl" text={curlOf(entry)} />}
      {parameters.length > 0 ? <section><h2>{words.parameters}</h2><Parameters list={parameters} /></section> : null}
      {entry.requestBody ? (
        <section>
          <h2>{words.request}</h2>
          {entry.requestBody.required ? null : <p class="fine">{words.optionalBody}</p>}
          {Object.entries(entry.requestBody.content).map(([type, media]) => (
            <div key={type}>
              <p class="fine"><code>{type}</code></p>
              {media.schema ? <Body schema={media.schema} /> : null}
              <Code label={words.example} text={shown(media)} />
            </div>
          ))}
        </section>
      ) : null}
      <section>
        <h2>{words.answers}</h2>
        {answers.filter(isGood).map(([status, answer]) => <Success key={status} status={status} answer={answer} />)}
      </section>
      {sent ? null : (
        <section>
          <h2>{words.errors}</h2>
          <Errors document={props.document} answers={answers.filter((answer) => !isGood(answer))} />
        </section>
      )}
    </View>
  );
}
