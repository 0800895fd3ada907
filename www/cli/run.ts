/** `pixelpool run`: a batch of files through a chain, as a page would do it. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { createPool, type FilterInput, type Settled } from "../src/index.js";
import { readChain } from "./chain.js";
import { findInputs, type Missing } from "./inputs.js";
import { sortOperands } from "./operands.js";
import { type Given, inOptions, inputOf, outputOf, poolOf, typeOf } from "./options.js";
import { writeWhole } from "./outputs.js";
import { Reporter } from "./reporter.js";
import { ALL_WELL, Interrupted, SOME_FAILED, Usage } from "./stop.js";
import { type Item, planTargets } from "./targets.js";
import { inWords } from "./words.js";

/** Runs it; gives the exit code. */
export async function run(operands: readonly string[], given: Given, signal: AbortSignal): Promise<number> {
  const { steps, files } = sortOperands(operands);
  const chain = await readChain(given.chain, steps);
  if (files.length === 0)
    throw new Usage("no files are given: name files, folders or patterns such as 'photos/**/*.jpg'");
  const out = await stat(given.out).catch(() => undefined);
  if (out && !out.isDirectory()) throw new Usage(`--out ${given.out} is a file and no folder`);
  const { inputs, missing } = await findInputs(files, given.out);
  const items = planTargets(inputs, given.out, typeOf(given));
  return new Run(given, chain, items, signal).go(missing);
}

class Run {
  readonly #given: Given;
  readonly #chain: FilterInput;
  readonly #items: readonly Item[];
  readonly #signal: AbortSignal;
  readonly #sources: ReadonlySet<string>;
  /** Paths of results whose names are known by now, with the file that they are of. */
  readonly #taken: Map<string, string>;

  constructor(given: Given, chain: FilterInput, items: readonly Item[], signal: AbortSignal) {
    this.#given = given;
    this.#chain = chain;
    this.#items = items;
    this.#signal = signal;
    this.#sources = new Set(items.map(({ file }) => path.resolve(file)));
    this.#taken = new Map(
      items.flatMap(({ file, target }) => (target === undefined ? [] : [[path.resolve(target), file]])),
    );
  }

  async go(missing: readonly Missing[]): Promise<number> {
    const { json = false, quiet = false, dryRun = false } = this.#given;
    await using pool = await createPool(poolOf(this.#given, this.#signal));
    const options = { signal: this.#signal, output: outputOf(this.#given), input: inputOf(this.#given) };
    // What is wrong with the chain or the options is told before anything else.
    await checked(pool.imapUnordered(this.#chain, [], options));
    const reporter = new Reporter(this.#items.length + missing.length, { json, quiet }, !dryRun);
    try {
      for (const { operand, message } of missing) reporter.tell({ status: "failed", source: operand, message });
      if (dryRun) await this.#plan(reporter);
      else {
        for await (const settled of pool.imapUnordered(this.#chain, this.#read(reporter), options)) {
          await this.#finish(settled, reporter);
        }
      }
    } catch (error) {
      // What was done is told, whatever ends the rest.
      await pool.terminate();
      throw error;
    } finally {
      reporter.end();
    }
    return reporter.failed > 0 ? SOME_FAILED : ALL_WELL;
  }

  /** What would be done. */
  async #plan(reporter: Reporter): Promise<void> {
    for (const item of this.#items) {
      this.#signal.throwIfAborted();
      if (!(await this.#isWanted(item, reporter))) continue;
      const target = item.target ?? path.join(item.into, `${path.parse(item.file).name}.*`);
      reporter.tell({ status: "planned", source: item.file, target });
    }
  }

  /** Reads files as the pool asks for them: only few are in memory at a time. */
  async *#read(reporter: Reporter): AsyncGenerator<[Item, File]> {
    for (const item of this.#items) {
      if (!(await this.#isWanted(item, reporter))) continue;
      let bytes: Buffer<ArrayBuffer>;
      try {
        bytes = await readFile(item.file);
      } catch (error) {
        reporter.tell({ status: "failed", source: item.file, message: `cannot be read: ${inWords(error)}` });
        continue;
      }
      yield [item, new File([bytes], path.basename(item.file))];
    }
  }

  /** Whether a file is to be read; if not, that is told. */
  async #isWanted({ file, target }: Item, reporter: Reporter): Promise<boolean> {
    const fail = (message: string) => reporter.tell({ status: "failed", source: file, message });
    try {
      const source = await stat(file);
      if (!source.isFile()) throw new Error("it is no file");
      const refusal = target === undefined ? undefined : await this.#refusal(file, target);
      if (target === undefined || refusal === undefined) return true;
      if (refusal === SKIP) reporter.tell({ status: "skipped", source: file, target });
      else fail(refusal);
    } catch (error) {
      fail(`cannot be read: ${inWords(error)}`);
    }
    return false;
  }

  /** Why a result may not be written under this name. */
  async #refusal(file: string, target: string): Promise<string | typeof SKIP | undefined> {
    if (path.resolve(target) === path.resolve(file)) return `its result would overwrite it; give another --out`;
    if (this.#sources.has(path.resolve(target))) return `its result would overwrite ${target}, which is to be read too`;
    const [source, there] = await Promise.all([stat(file), stat(target).catch(() => undefined)]);
    if (!there) return undefined;
    if (there.dev === source.dev && there.ino === source.ino)
      return `its result would overwrite it: ${target} is a link to it`;
    if (there.isDirectory()) return `${target} is a folder`;
    if (this.#given.skipExisting) return SKIP;
    return this.#given.overwrite ? undefined : exists(target);
  }

  async #finish(settled: Settled<Item, File>, reporter: Reporter): Promise<void> {
    const { file, into, target: known } = settled.id;
    if (settled.status === "rejected") {
      const { message, code } = settled.reason;
      reporter.tell({ status: "failed", source: file, message: withoutName(inOptions(message), file), code });
      return;
    }
    const { image, ms, warning, source } = settled;
    const target = path.join(into, image.name);
    try {
      // Known only now, as the type of a result may be.
      const refusal = target === known ? undefined : await this.#late(file, target);
      if (refusal === SKIP) return reporter.tell({ status: "skipped", source: file, target });
      if (refusal !== undefined) return reporter.tell({ status: "failed", source: file, message: refusal });
      await writeWhole(target, image, this.#given.overwrite === true);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const message = code === "EEXIST" ? exists(target) : `${target} cannot be written: ${inWords(error)}`;
      return reporter.tell({ status: "failed", source: file, message });
    }
    const before = source?.bytes ?? (await stat(file)).size;
    const told = { status: "written" as const, source: file, target, before, after: image.size, ms };
    reporter.tell({ ...told, ...(warning !== undefined && { warning: inOptions(warning) }) });
  }

  /** The same for a name that was not known before. */
  async #late(file: string, target: string): Promise<string | typeof SKIP | undefined> {
    const other = this.#taken.get(path.resolve(target));
    if (other !== undefined && other !== file)
      return `its result would overwrite that of ${other}: both become ${target}`;
    this.#taken.set(path.resolve(target), file);
    return this.#refusal(file, target);
  }
}

const SKIP = Symbol("skip");

const exists = (target: string) =>
  `${target} is there already; --overwrite replaces it, --skip-existing goes on without`;

/** The line begins with the file's path. */
function withoutName(message: string, file: string): string {
  return message.replace(`the file ${JSON.stringify(path.basename(file))}`, "it");
}

/** Waits for an empty batch. */
async function checked(outcomes: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const outcome of outcomes) void outcome;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new Usage(inOptions(inWords(error)));
  }
}
