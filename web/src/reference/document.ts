/** What this page reads of an OpenAPI 3.1 document. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  contentSchema?: Schema;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  examples?: unknown[];
}
export interface Parameter {
  $ref?: string;
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: unknown;
}
export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { $ref?: string; value?: unknown }>;
}
export interface Answer {
  $ref?: string;
  description: string;
  headers?: Record<string, { $ref?: string; description?: string; schema?: Schema }>;
  content?: Record<string, Media>;
}
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  "x-summary-ko"?: string;
  "x-role"?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, Answer>;
  security?: unknown[];
}
export interface Document {
  info: { title: string; version: string; summary?: string; description?: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  webhooks?: Record<string, { post: Operation }>;
  components: { examples: Record<string, { value: { code: string; status: number; title: string } }> };
}

/** An operation and where it is found. */
export interface Entry extends Operation {
  method: string;
  path: string;
}

let read: Document;

export async function fetchDocument(signal: AbortSignal): Promise<Document> {
  const answer = await fetch("/openapi.json", { signal });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  read = (await answer.json()) as Document;
  return read;
}

/** What a `$ref` names; anything else is itself. Texts beside a `$ref` win over those behind it. */
export function resolve<T extends { $ref?: string }>(thing: T): T {
  if (!thing.$ref) return thing;
  let found: unknown = read;
  for (const part of thing.$ref.slice(2).split("/")) {
    found = (found as Record<string, unknown>)[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  const { $ref: _, ...beside } = thing;
  return { ...(found as T), ...beside };
}

/** The same, and the parts of an `allOf` as one: what a later part says of a field is added to what the
 * earlier said. */
export function flat(given: Schema): Schema {
  const { allOf, ...own } = resolve(given);
  if (!allOf) return own;
  return [...allOf.map(flat), own].reduce((whole, part) => {
    const properties = { ...whole.properties };
    for (const [name, field] of Object.entries(part.properties ?? {})) properties[name] = { ...properties[name], ...field };
    const required = [...(whole.required ?? []), ...(part.required ?? [])];
    return { ...whole, ...part, properties, required };
  });
}

/** What a `$ref` calls it: "Order". */
export function nameOf(thing: { $ref?: string }): string | null {
  return thing.$ref?.split("/").at(-1) ?? null;
}

/** Every call that is taken, and every webhook that is sent. */
export function entries(document: Document): Entry[] {
  const taken = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })));
  const sent = Object.entries(document.webhooks ?? {}).map(([event, { post }]) =>
    ({ ...post, method: "EVENT", path: event }));
  return [...taken, ...sent];
}

/** One of the schema's examples, or one put together from its fields'. */
export function exampleOf(given: Schema | undefined): unknown {
  if (!given) return undefined;
  const schema = resolve(given);
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.allOf) return exampleOf(flat(schema));
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (choice) return exampleOf(choice);
  if (schema.items) return [exampleOf(schema.items)];
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, exampleOf(field)]));
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "integer") return schema.minimum ?? 0;
  if (type === "boolean") return true;
  return schema.format === "date-time" ? "2026-11-22T19:07:13.356Z" : "…";
}

export function exampleOfMedia(media: Media): unknown {
  if (media.example !== undefined) return media.example;
  const first = Object.values(media.examples ?? {})[0];
  return first ? resolve(first).value : exampleOf(media.schema);
}

/** The codes an error answer may have. */
export function codesOf(answer: Answer): string[] {
  const media = answer.content?.["application/problem+json"];
  if (!media) return [];
  const told = media.schema?.properties?.["code"]?.enum;
  if (told) return told as string[];
  const values = Object.values(media.examples ?? {}).map((example) => (resolve(example).value as { code: string }).code);
  return [...new Set(values)];
}
