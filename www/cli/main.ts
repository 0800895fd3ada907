/** The command line of the package: what comes of it as an exit code. */
import { CommanderError } from "commander";
import { makeProgram } from "./commands.js";
import { ALL_WELL, Interrupted, interruption, SOME_FAILED, Usage, writtenOut, WRONG_USAGE } from "./stop.js";
import { inWords } from "./words.js";

/** Of the package; scripts/cli.mjs puts it in. */
declare const PIXELPOOL_VERSION: string;

const signal = interruption();

let toldStop = false as boolean;

/** The exit code of what ended a command early, which is told. */
function codeOf(error: unknown): number {
  // Commander has told it, and gives 0 for help and version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ALL_WELL : WRONG_USAGE;
  const cause: unknown = signal.aborted ? signal.reason : error;
  toldStop = signal.aborted;
  process.stderr.write(`pixelpool: ${inWords(cause)}\n`);
  if (cause instanceof Interrupted) return cause.code;
  return cause instanceof Usage ? WRONG_USAGE : SOME_FAILED;
}

try {
  await makeProgram(PIXELPOOL_VERSION, signal, (code) => (process.exitCode = code)).parseAsync();
} catch (error) {
  process.exitCode = codeOf(error);
}
await writtenOut(signal);
// A signal may have come while nothing waited for it, or left reads behind.
if (signal.aborted) {
  const { reason } = signal as { reason: unknown };
  const code = reason instanceof Interrupted ? reason.code : SOME_FAILED;
  // What did not become of the output is told, even where all else went well.
  if (code === SOME_FAILED && !toldStop) process.stderr.write(`pixelpool: ${inWords(reason)}\n`);
  process.exit(code);
}
