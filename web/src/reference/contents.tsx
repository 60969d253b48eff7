import { useMemo, useState } from "preact/hooks";
import { useLanguage, useTexts } from "../frame/language.ts";
import { entries, type Document, type Entry } from "./document.ts";
import { Method, titleOf } from "./operation.tsx";
import { texts } from "./texts.ts";

/** Everything of an operation that one may look for. */
function haystack(entry: Entry): string {
  return [entry.method, entry.path, entry.summary, entry["x-summary-ko"], entry.description, JSON.stringify(entry.parameters),
    JSON.stringify(entry.requestBody), JSON.stringify(entry.responses)].join(" ").toLowerCase();
}

/** What there is, by its tags, and the search that leaves what one looks for. */
export function Contents(props: { document: Document; here: string[] }) {
  const words = useTexts(texts);
  const language = useLanguage();
  const [wanted, setWanted] = useState("");
  const known = useMemo(() => entries(props.document).map((entry) => ({ entry, text: haystack(entry) })), [props.document]);
  const needles = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (text: string) => needles.every((needle) => text.includes(needle));
  const found = known.filter(({ text }) => matches(text)).map(({ entry }) => entry);
  const chapters = words.chapters.filter(({ title, text }) => matches(`${title} ${text}`.toLowerCase()));
  const count = found.length + chapters.length;
  return (
    <>
      <label>
        {words.search}
        <input type="search" placeholder={words.searchHint} value={wanted} autocomplete="off" spellcheck={false}
               onInput={(event) => setWanted(event.currentTarget.value)} />
      </label>
      <p role="status" class="fine">{needles.length > 0 ? (count ? words.found(count) : words.nothing) : ""}</p>
      {chapters.length > 0 ? (
        <Group title={words.guide}>
          {chapters.map(({ id, title }) => (
            <Entrance key={id} address={`guide/${id}`} here={props.here}>{title}</Entrance>
          ))}
        </Group>
      ) : null}
      {props.document.tags.map(({ name }) => {
        const tagged = found.filter((entry) => entry.tags.includes(name));
        return tagged.length === 0 ? null : (
          <Group key={name} title={words.tags[name] ?? name}>
            {tagged.map((entry) => (
              <Entrance key={entry.operationId} address={`operations/${entry.operationId}`} here={props.here}>
                <Method method={entry.method} /> <span>{titleOf(entry, language)}</span>
              </Entrance>
            ))}
          </Group>
        );
      })}
    </>
  );
}

function Group(props: { title: string; children: preact.ComponentChildren }) {
  return <section><h2>{props.title}</h2><ul>{props.children}</ul></section>;
}

function Entrance(props: { address: string; here: string[]; children: preact.ComponentChildren }) {
  const current = props.here.join("/") === props.address;
  return <li><a href={`#/${props.address}`} aria-current={current ? "page" : undefined}>{props.children}</a></li>;
}
