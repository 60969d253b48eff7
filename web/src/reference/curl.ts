import { exampleOf, exampleOfMedia, resolve, type Entry, type Parameter } from "./document.ts";

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export function exampleOfParameter(parameter: Parameter): string {
  return String(parameter.example ?? exampleOf(parameter.schema));
}

/** A line for a shell that makes this call, as it would be made here. */
export function curlOf(entry: Entry): string {
  const parameters = (entry.parameters ?? []).map(resolve);
  let path = entry.path;
  for (const parameter of parameters) {
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(exampleOfParameter(parameter)));
  }
  const needed = parameters.filter((parameter) => parameter.in === "query" && parameter.required);
  const query = needed.map((parameter) => `${parameter.name}=${encodeURIComponent(exampleOfParameter(parameter))}`).join("&");
  const words = [`curl ${entry.method === "GET" ? "" : `-X ${entry.method} `}${quoted(location.origin + path + (query ? `?${query}` : ""))}`];
  if (entry.security?.length) words.push(`-H "Authorization: Bearer $TOKEN"`);
  if (parameters.some(({ name }) => name === "Idempotency-Key")) words.push(`-H "Idempotency-Key: $(openssl rand -hex 16)"`);
  if (parameters.some(({ name }) => name === "Prefer")) words.push("-H 'Prefer: wait=5'");
  if (entry.path.endsWith("/stream")) words.push("--no-buffer");
  const body = entry.requestBody?.content["application/json"];
  if (body) words.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(exampleOfMedia(body)))}`);
  return words.join(" \\\n  ");
}
