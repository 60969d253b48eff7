import { useTexts } from "../frame/language.ts";
import { Words } from "./code.tsx";
import { flat, nameOf, resolve, type Schema } from "./document.ts";
import { texts, type Texts } from "./texts.ts";

const number = (value: number) => value.toLocaleString("en-US");

/** What a value of it is, in a word or two: "integer or null", "list of Order". */
function typeText(given: Schema, words: Texts): string {
  const name = nameOf(given);
  const schema = resolve(given);
  if (name && (schema.properties || schema.enum)) return name;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((choice) => typeText(choice, words)).join(words.or);
  if (schema.allOf) return schema.allOf.map((part) => typeText(part, words)).join(" & ");
  if (schema.items) return words.listOf(typeText(schema.items, words));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = schema.type === undefined ? [words.anything] : [schema.type].flat();
  const shown = types.map((type) => (type === "string" && schema.format === "date-time" ? words.time : type));
  return shown.join(words.or) + (name ? ` (${name})` : "");
}

/** What it may be, beyond its type. */
function limits(schema: Schema, words: Texts): string[] {
  const told: string[] = [];
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const span = (least: number | undefined, most: number | undefined) =>
    least !== undefined && most !== undefined ? `${number(least)} – ${number(most)}`
      : least !== undefined ? `≥ ${number(least)}` : `≤ ${number(most!)}`;
  if (minimum !== undefined || maximum !== undefined) told.push(span(minimum, maximum));
  if (minLength !== undefined || maxLength !== undefined) told.push(words.characters(span(minLength, maxLength)));
  if (minItems !== undefined || maxItems !== undefined) told.push(words.elements(span(minItems, maxItems)));
  if (schema.default !== undefined) told.push(`${words.byDefault} ${JSON.stringify(schema.default)}`);
  return told;
}

/** The schema whose fields are worth showing below: of an object, of a list's elements, of a choice. */
function inner(given: Schema): { schema: Schema; name: string | null } | null {
  const schema = flat(given);
  if (schema.properties) return { schema, name: nameOf(given) };
  if (schema.items) return inner(schema.items);
  if (schema.contentSchema) return inner(schema.contentSchema);
  for (const choice of schema.anyOf ?? schema.oneOf ?? []) {
    const found = inner(choice);
    if (found) return found;
  }
  return null;
}

/** A name with its type, limits and meaning; a field or a parameter. */
export function Field(props: { name: string; given: Schema; required?: boolean | undefined; description?: string | undefined; above: string[]; answer?: boolean | undefined }) {
  const words = useTexts(texts);
  const schema = resolve(props.given);
  const description = props.description ?? schema.description;
  const below = inner(props.given);
  const again = below?.name && props.above.includes(below.name);
  const choices = schema.anyOf?.find((choice) => resolve(choice).enum) ?? schema;
  const values = resolve(choices).enum;
  return (
    <li>
      <div class="field">
        <code class="field-name">{props.name}</code>
        <span class="type">{typeText(props.given, words)}</span>
        {props.required && !props.answer ? <span class="badge info">{words.required}</span> : null}
        {props.required === false && props.answer ? <span class="badge idle">{words.notAlways}</span> : null}
        {limits(schema, words).map((limit) => <span key={limit} class="type">{limit}</span>)}
      </div>
      {description ? <p><Words text={description} /></p> : null}
      {values ? <p class="values">{values.map((value) => <code key={String(value)}>{JSON.stringify(value)}</code>)}</p> : null}
      {schema.pattern ? <p class="fine">{words.pattern} <code>{schema.pattern}</code></p> : null}
      {below && !again ? (
        <details open={props.above.length === 0 && Object.keys(below.schema.properties!).length <= 6}>
          <summary>{words.fieldsOf(below.name ?? props.name)}</summary>
          <Fields schema={below.schema} above={[...props.above, below.name ?? ""]} answer={props.answer} />
        </details>
      ) : null}
    </li>
  );
}

/** The fields of an object. */
export function Fields(props: { schema: Schema; above: string[]; answer?: boolean | undefined }) {
  const { properties = {}, required = [] } = props.schema;
  return (
    <ul class="fields">
      {Object.entries(properties).map(([name, field]) => (
        <Field key={name} name={name} given={field} required={required.includes(name)} above={props.above} answer={props.answer} />
      ))}
    </ul>
  );
}

/** Whatever a body is: one object, one of several, or plain text. `answer`: it comes from us, so what is
 * told is which fields may be missing. */
export function Body(props: { schema: Schema; answer?: boolean | undefined }) {
  const words = useTexts(texts);
  const schema = flat(props.schema);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) {
    return <>{choices.map((choice, index) => (
      <div key={index}>{index > 0 ? <p class="fine">{words.orElse}</p> : null}<Body schema={choice} answer={props.answer} /></div>
    ))}</>;
  }
  const name = nameOf(props.schema);
  return (
    <>
      {schema.description || name ? (
        <p>{name ? <strong>{name}</strong> : null}{name && schema.description ? ": " : ""}<Words text={schema.description ?? ""} /></p>
      ) : null}
      {schema.properties ? <Fields schema={schema} above={name ? [name] : []} answer={props.answer} />
        : <p class="type">{typeText(props.schema, words)}</p>}
    </>
  );
}
