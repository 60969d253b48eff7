import { useEffect, useState } from "preact/hooks";

/** The way in the address after `#/`, in its decoded parts: `#/orders/ord_1` is ["orders", "ord_1"]. */
export function parts(): string[] {
  return location.hash.replace(/^#\/?/, "").split("?")[0]!.split("/").filter(Boolean)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}

/** The parameters behind a `?` in the hash. */
export function parameters(): URLSearchParams {
  return new URLSearchParams(location.hash.split("?")[1] ?? "");
}

export function useHash(): string[] {
  const [, draw] = useState("");
  useEffect(() => {
    const tell = () => draw(location.hash);
    addEventListener("hashchange", tell);
    return () => removeEventListener("hashchange", tell);
  }, []);
  return parts();
}
