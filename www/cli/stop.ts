/** What ends the program early, and how it says so to the shell. Knows nothing above it. */

/** Exit codes. A program that a signal has ended says 128 and the signal's number. */
export const [ALL_WELL, SOME_FAILED, WRONG_USAGE] = [0, 1, 2] as const;

/** A mistake on the command line, told before a file is read. */
export class Usage extends Error {
  override readonly name = "Usage";
}

/** The program shall end: it was told so by a signal, or nobody reads what it writes. */
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
    stream.on("error", () => controller.abort(new Interrupted("nobody reads the output", 128 + SIGPIPE)));
  }
  return controller.signal;
}
