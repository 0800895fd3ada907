/** `pixelpool run`: a batch of files through a chain, as a page would do it. */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { createPool, type FilterInput, type Settled } from "../src/index.js";
import { readChain } from "./chain.js";
import { findInputs, type Missing, readInput } from "./inputs.js";
import { sortOperands } from "./operands.js";
import { type Given, inOptions, inputOf, outputOf, poolOf, typeOf } from "./options.js";
import { writeWhole } from "./outputs.js";
import { type Outcome, Reporter } from "./reporter.js";
import { ALL_WELL, Interrupted, SOME_FAILED, Usage } from "./stop.js";
import { type Item, planTargets } from "./targets.js";
import { inWords, withoutName } from "./words.js";

/** Runs it; gives the exit code. */
export async function run(operands: readonly string[], given: Given, signal: AbortSignal): Promise<number> {
  const { steps, files } = sortOperands(operands);
  const chain = await readChain(given.chain, steps);
  if (!given.out) throw new Usage("--out is missing: the folder that results go to");
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
    await checked(() => pool.imapUnordered(this.#chain, [], options).next());
    const reporter = new Reporter(this.#items.length + missing.length, { json, quiet }, !dryRun);
    try {
      for (const { operand, message } of missing) reporter.tell(failed(operand, message));
      if (dryRun) await this.#plan(reporter);
      else {
        const outcomes = pool.imapUnordered(this.#chain, this.#read(reporter), options);
        for await (const settled of outcomes) reporter.tell(await this.#finish(settled));
      }
    } catch (error) {
      await pool.terminate();
      throw error;
    } finally {
      // What was done is told, whatever has ended the rest.
      reporter.end();
    }
    return reporter.failed > 0 ? SOME_FAILED : ALL_WELL;
  }

  /** What would be done. */
  async #plan(reporter: Reporter): Promise<void> {
    for (const item of this.#items) {
      this.#signal.throwIfAborted();
      const { file, into, target = path.join(into, `${path.parse(file).name}.*`) } = item;
      reporter.tell((await this.#refusal(item)) ?? { status: "planned", source: file, target });
    }
  }

  /** Reads files as the pool asks for them: only few are in memory at a time. */
  async *#read(reporter: Reporter): AsyncGenerator<[Item, File]> {
    for (const item of this.#items) {
      const refusal = await this.#refusal(item);
      if (refusal) {
        reporter.tell(refusal);
        continue;
      }
      let content: File;
      try {
        content = await readInput(item.file);
      } catch (error) {
        reporter.tell(failed(item.file, `cannot be read: ${inWords(error)}`));
        continue;
      }
      yield [item, content];
    }
  }

  /** Why a file is not even read. */
  async #refusal({ file, target }: Item): Promise<Outcome | undefined> {
    try {
      const source = await stat(file);
      if (!source.isFile()) return failed(file, "is no file");
      return target === undefined ? undefined : await this.#refusalOf(target, file, source);
    } catch (error) {
      return failed(file, `cannot be read: ${inWords(error)}`);
    }
  }

  /** Why a result may not be written under a name. */
  async #refusalOf(target: string, file: string, source: Stats): Promise<Outcome | undefined> {
    const place = path.resolve(target);
    if (place === path.resolve(file)) return failed(file, "its result would overwrite it; give another --out");
    if (this.#sources.has(place)) {
      return failed(file, `its result would overwrite ${target}, which is one of the files given`);
    }
    const there = await stat(target).catch(() => undefined);
    if (!there) return undefined;
    if (there.dev === source.dev && there.ino === source.ino) {
      return failed(file, `its result would overwrite it: ${target} is the same file`);
    }
    if (there.isDirectory()) return failed(file, `${target} is a folder`);
    if (this.#given.skipExisting) return { status: "skipped", source: file, target };
    return this.#given.overwrite ? undefined : failed(file, exists(target));
  }

  /** Writes a result; what has become of the file. */
  async #finish(settled: Settled<Item, File>): Promise<Outcome> {
    const { file, into, target: known } = settled.id;
    if (settled.status === "rejected") {
      const { message, code } = settled.reason;
      return failed(file, withoutName(inOptions(message), file), code);
    }
    const { image, ms, warning } = settled;
    const target = path.join(into, image.name);
    try {
      const source = await stat(file);
      // What type a file really is, and so what its result is called, may be known only now.
      const refusal =
        target === known ? undefined : (this.#clash(target, file) ?? (await this.#refusalOf(target, file, source)));
      if (refusal) return refusal;
      await writeWhole(target, image, this.#given.overwrite === true);
      const told = { source: file, target, before: source.size, after: image.size, ms };
      return { status: "written", ...told, ...(warning !== undefined && { warning: inOptions(warning) }) };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return failed(file, code === "EEXIST" ? exists(target) : `${target} cannot be written: ${inWords(error)}`);
    }
  }

  /** Takes a name for the result of a file, which another may have. */
  #clash(target: string, file: string): Outcome | undefined {
    const place = path.resolve(target);
    const other = this.#taken.get(place);
    if (other === undefined || other === file) {
      this.#taken.set(place, file);
      return undefined;
    }
    return failed(file, `its result would overwrite that of ${other}: both are called ${target}`);
  }
}

function failed(source: string, message: string, code?: string): Outcome {
  return { status: "failed", source, message, ...(code !== undefined && { code }) };
}

function exists(target: string): string {
  return `${target} is there already; --overwrite replaces it, --skip-existing leaves it as it is`;
}

/** Does what finds mistakes of the caller. */
async function checked(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new Usage(inOptions(inWords(error)));
  }
}
