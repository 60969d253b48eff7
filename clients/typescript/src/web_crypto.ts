/** The browser's, or Node's: up to version 18 Node has it in a module only. */
export async function webCrypto(): Promise<Crypto> {
  if (globalThis.crypto) return globalThis.crypto;
  const module = "node:crypto";
  const { webcrypto } = (await import(/* @vite-ignore */ module)) as { webcrypto: Crypto };
  return webcrypto;
}

/** 128 random bits, in hexadecimal. Unlike randomUUID it is there on pages without https, too. */
export async function randomKey(): Promise<string> {
  const bytes = (await webCrypto()).getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
