/** What ends the program early, and how it says so to the shell. */
import { inWords } from "./words.js";

/** Exit codes. A program that a signal has ended says 128 and the signal's number. */
export const [ALL_WELL, SOME_FAILED, WRONG_USAGE] = [0, 1, 2] as const;

/** A mistake on the command line, told before a file is read. */
export class Usage extends Error {
  override readonly name = "Usage";
}

/** The program shall end: it was told so by a signal, or what it writes is not read or cannot be written. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly code: number;

  constructor(reason: string, code: number) {
    super(reason);
    this.code = code;
  }
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const SIGPIPE = 13;

/** Aborts as soon as the program shall end; the second signal ends it at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(128 + number);
      controller.abort(new Interrupted(signal === "SIGINT" ? "interrupted" : `ended by ${signal}`, 128 + number));
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      const closed = error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
      const words = closed ? "nobody reads the output" : `the output cannot be written: ${inWords(error)}`;
      controller.abort(new Interrupted(words, closed ? 128 + SIGPIPE : SOME_FAILED));
    });
  }
  return controller.signal;
}

/** Waits until what was written has gone out, or cannot any more, which the signal tells. */
export async function writtenOut(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  const written = [process.stdout, process.stderr].map(
    (stream) =>
      new Promise<void>((resolve) => {
        // Failures are told to the callback before they are to listeners.
        stream.write("", () => setImmediate(resolve));
      }),
  );
  await Promise.race([stopped, Promise.all(written)]);
}
