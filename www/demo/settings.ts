/** What the page's address asks for: `?threads=4&mode=workers&theme=dark`. */
import type { ModeWish } from "./pool-holder.js";

const modes: readonly ModeWish[] = ["auto", "shared", "workers", "single"];

export interface Settings {
  /** `undefined`: as many as the browser reports. */
  readonly threads: number | undefined;
  readonly mode: ModeWish;
  readonly theme: string | null;
}

export function readSettings(search: string): Settings {
  const query = new URLSearchParams(search);
  const threads = Number(query.get("threads"));
  return {
    threads: Number.isInteger(threads) && threads >= 1 ? threads : undefined,
    mode: modes.find((mode) => mode === query.get("mode")) ?? "auto",
    theme: query.get("theme"),
  };
}
