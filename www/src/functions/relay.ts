/**
 * Takes the items of one call through a chain with functions in it: from the engine to a worker that calls a function, and back. To the
 * run it is what the dispatcher is. Pixels are handed on, not copied: in buffers that are transferred, or where they lie in shared memory.
 */
import type { Loan } from "../copies.js";
import type { Dispatcher } from "../dispatcher.js";
import { invalidImage, isOurs, toData, toError, type ErrorData, type ErrorDetails } from "../errors.js";
import { look, pack, type Packed } from "../pixels.js";
import { likeList } from "../results.js";
import { typedArrayName } from "../realm.js";
import type { BatchImage, Job, JobInput, JobOutcome, JobOutput, JobResult, Step, Times } from "../protocol.js";
import type { Output } from "../types.js";
import { typeName } from "../words.js";
import { partsOf } from "./chain.js";
import type { Called, FunctionCrew } from "./crew.js";
import type { Callee, CallInput, Failure } from "./messages.js";
import { putTogether } from "./thrown.js";

export interface RelayOptions {
  dispatcher: Dispatcher;
  /** Who calls a function. */
  crewOf: (callee: Callee) => FunctionCrew;
  batch: number;
  chain: readonly Step[];
  output: Output;
  /** Numbers that no other batch, and no other job, of the pool has. */
  nextBatch: () => number;
  nextJob: () => number;
}

/** Filters, which are a batch of their own to the engine. */
interface Filters {
  batch: number;
  steps: readonly Step[];
}

/** A function, by its number among those that its crew knows of the chain. */
interface Calling {
  callee: Callee;
  crew: FunctionCrew;
  number: number;
}

type Part = Filters | Calling;

/** An item that is on its way. */
interface Travel {
  job: Job;
  now: Packed;
  /** A buffer for the result. */
  into: ArrayBuffer | undefined;
  /** The function that was called last. */
  last?: string;
  sum: {
    spans: JobResult["spans"];
    times: Times;
    measured: NonNullable<JobResult["measured"]>[number][];
    warning?: string;
  };
}

type Ended = Pick<JobResult, "outcome" | "pixels">;

export class Relay {
  readonly #options: RelayOptions;
  readonly #parts: readonly Part[];
  /** Filters that do nothing: to decode what a function is given, and to shape what one has made. */
  readonly #nothing: Filters;
  readonly #forgotten = new AbortController();

  constructor(options: RelayOptions) {
    this.#options = options;
    const counts = new Map<FunctionCrew, number>();
    this.#parts = partsOf(options.chain).map((part) => {
      if ("steps" in part) return { ...part, batch: options.nextBatch() };
      const crew = options.crewOf(part.callee);
      const number = counts.get(crew) ?? 0;
      counts.set(crew, number + 1);
      return { ...part, crew, number };
    });
    this.#nothing = { steps: [], batch: options.nextBatch() };
  }

  /**
   * Makes the chain known to all who work on it; rejects where it cannot be had. `steps` are its filters with their images; `asks`:
   * whether the engine may refuse them.
   */
  async open(steps: readonly Step[], images: readonly BatchImage[], asks: boolean): Promise<void> {
    const { dispatcher, batch } = this.#options;
    const opened = this.#crews().map((crew) => {
      const callees = this.#parts.flatMap((part) => ("callee" in part && part.crew === crew ? [part.callee] : []));
      return crew.open(batch, callees);
    });
    for (const refusal of await Promise.all(opened)) if (refusal) throw errorOf(refusal);
    const isForgotten = () => this.#forgotten.signal.aborted;
    if (isForgotten()) return;
    dispatcher.open(this.#nothing.batch, []);
    let at = 0;
    for (const part of this.#parts) {
      if ("callee" in part) continue;
      const own = steps.slice(at, (at += part.steps.length));
      const used = images.filter(({ image }) =>
        own.some((step) => Object.values(step).some((value) => isImage(value, image))),
      );
      if (!asks) dispatcher.open(part.batch, own, used);
      else {
        const refused = await dispatcher.openAsking(part.batch, own, used);
        if (refused) throw toError(refused);
        if (isForgotten()) return;
      }
    }
  }

  #crews(): FunctionCrew[] {
    return [...new Set(this.#parts.flatMap((part) => ("callee" in part ? [part.crew] : [])))];
  }

  forget(): void {
    this.#forgotten.abort();
    const { dispatcher, batch } = this.#options;
    for (const crew of this.#crews()) crew.forget(batch);
    for (const part of [...this.#parts, this.#nothing]) if ("batch" in part) dispatcher.forget(part.batch);
  }

  /** Takes one item through the chain; `done` is called once. */
  run(job: Job, transfer: Transferable[], done: (result: JobResult) => void, loan?: Loan): void {
    const { input, into } = job;
    const now = { input, transfer: transfer.filter((given) => given !== into), ...(loan && { loan }) };
    const travel: Travel = { job, now, into, sum: { spans: [], times: [0, 0, 0, 0], measured: [] } };
    const end = ({ outcome, pixels }: Ended) => {
      const { measured, ...sum } = travel.sum;
      // Its format need not be that of the image that came.
      if (outcome.kind === "pixels") outcome.isMade = true;
      done({ job: job.job, ...sum, ...(measured.length > 0 && { measured }), outcome, pixels });
    };
    this.#pass(travel).then(end, (thrown: unknown) =>
      end(failed(toData(thrown, "invalid-image"), isOurs(thrown) ? undefined : thrown)),
    );
  }

  async #pass(travel: Travel): Promise<Ended> {
    const { job } = travel;
    const parts = this.#partsFor(job.input);
    for (const [i, part] of parts.entries()) {
      const next = parts[i + 1];
      if ("callee" in part) {
        const failure = await this.#call(travel, part, next);
        if (failure) return failure;
      } else {
        const output = next ? this.#between(next) : this.#lastOutput(job);
        const ended = await this.#filter(travel, part, output, i === 0 && part !== this.#nothing);
        if (!next || ended.outcome.kind === "failed") return ended;
        travel.now = this.#handedOn(travel, ended.outcome);
      }
    }
    return this.#shape(travel);
  }

  /** A function that comes first is given pictures decoded. */
  #partsFor({ kind }: JobInput): readonly Part[] {
    const [first] = this.#parts;
    const isPicture = kind === "encoded" || kind === "picture";
    return isPicture && first && "callee" in first ? [this.#nothing, ...this.#parts] : this.#parts;
  }

  /** Functions may have given an image another format than it had. */
  #lastOutput({ output }: Job): JobOutput {
    return this.#options.output === "imageData" ? "rgba8" : output;
  }

  /** The shape in which filters hand their result to the next part, which is a function. */
  #between(next: Part): JobOutput {
    return "callee" in next && this.#options.dispatcher.copier.isShared ? "kept" : "pixels";
  }

  /** Has the engine work on an item. */
  async #filter(travel: Travel, { batch }: Filters, output: JobOutput, isFirst: boolean): Promise<Ended> {
    const { dispatcher, nextJob } = this.#options;
    const { now, sum, into } = travel;
    const { change } = travel.job;
    const input = now.input.kind === "value" ? await this.#imageOf(travel, now.input.value) : now;
    const job: Job = { job: nextJob(), batch, input: input.input, output };
    if (isFirst && change !== undefined) job.change = change;
    const transfer = [...input.transfer];
    if (into && output === "pixels") {
      job.into = into;
      transfer.push(into);
      travel.into = undefined;
    }
    const result = await new Promise<JobResult>((done) => dispatcher.run(job, transfer, done, input.loan));
    sum.spans.push(...result.spans);
    result.times?.forEach((time, i) => (sum.times[i as 0] += time));
    sum.measured.push(...(result.measured ?? []));
    if (result.warning !== undefined) sum.warning ??= result.warning;
    return result;
  }

  /** What a function has given back, as an image for filters; throws where it is none. */
  async #imageOf({ last }: Travel, value: unknown): Promise<Packed> {
    const { dispatcher, output } = this.#options;
    // Numbers go through filters, and have no other shape.
    const source = await look(value).catch(() => undefined);
    if (!source || (source.kind === "numbers" && output !== "same")) {
      const who = last === undefined ? "what was given is" : `what ${last} has given back is`;
      throw invalidImage(`only an image can go on from here, and ${who} ${typeName(value)}`);
    }
    // A picture that a function has made is nobody else's.
    return pack(source.kind === "picture" ? { ...source, owned: true } : source, false, dispatcher.copier);
  }

  /** The result of filters, for a function. */
  #handedOn({ job }: Travel, outcome: JobOutcome): Packed {
    switch (outcome.kind) {
      case "kept": {
        const { loan, ...told } = outcome;
        return { input: { ...told, kind: "lent" }, transfer: [], ...(loan && { loan }) };
      }
      case "pixels": {
        const { buffer, width, height, format, colorSpace } = outcome;
        const told = { width, height, ...(format && { format }), ...(colorSpace && { colorSpace }) };
        return { input: { kind: "pixels", ...told, buffer }, transfer: [buffer] };
      }
      case "numbers":
        return {
          input: {
            kind: "value",
            value: likeList(outcome.numbers, job.item?.source ?? { kind: "value", value: undefined }),
          },
          transfer: [],
        };
      default:
        throw new TypeError("what has another shape is no image any more");
    }
  }

  /** Has a function called; afterwards the item has what it has made. Returns a failure. */
  async #call(travel: Travel, { number, callee, crew }: Calling, next: Part | undefined): Promise<Ended | undefined> {
    const { batch, nextJob } = this.#options;
    const { now, into, sum, job } = travel;
    const { loan } = now;
    const stays = loan !== undefined && next !== undefined;
    const { id, index = 0, intensity } = job.item ?? {};
    const transfer = [...now.transfer];
    const call = { call: nextJob(), batch, callee: number, input: inputOf(now, stays), id, index, intensity };
    const takesInto = !next && loan !== undefined && into !== undefined;
    if (takesInto) transfer.push(into);
    travel.last = callee.label;
    const { outcome, span, worker } = await new Promise<Called>((done) => {
      crew.call({ ...call, ...(takesInto && { into }) }, transfer, done);
    });
    if (span) sum.spans.push([worker, ...span]);
    if (outcome.kind === "inPlace") return undefined;
    loan?.giveBack();
    switch (outcome.kind) {
      case "failed": {
        const { error, cause } = outcome;
        const of = error.code === "worker-lost" ? { ...error, filter: callee.label } : error;
        return failed(of, cause && putTogether(cause));
      }
      case "value":
        travel.now = { input: outcome, transfer: [] };
        return undefined;
      case "pixels":
        travel.now = { input: outcome, transfer: [outcome.buffer] };
        return undefined;
    }
  }

  /** What a function has made last, in the shape that was asked for. */
  async #shape(travel: Travel): Promise<Ended> {
    const { output } = this.#options;
    const { job, now } = travel;
    const { input } = now;
    if (input.kind === "value" && output === "same") {
      const { value } = input;
      const isList = Array.isArray(value) || typedArrayName(value) !== undefined;
      return { outcome: input, pixels: isList ? (value as { length: number }).length : 0 };
    }
    const isWanted = job.output === "pixels" && (output !== "imageData" || (input.kind === "pixels" && !input.format));
    if (input.kind === "pixels" && isWanted) {
      const { width, height, buffer, format, colorSpace } = input;
      const told = { width, height, format, ...(colorSpace && { colorSpace }) };
      return { outcome: { kind: "pixels", ...told, buffer: buffer as ArrayBuffer }, pixels: width * height };
    }
    if (input.kind === "value") travel.now = await this.#imageOf(travel, input.value);
    return this.#filter(travel, this.#nothing, this.#lastOutput(job), false);
  }
}

function inputOf({ input, loan }: Packed, stays: boolean): CallInput {
  if (input.kind === "lent" && loan) {
    const { room: address, width, height, format, colorSpace } = input;
    const told = { width, height, ...(format && { format }), ...(colorSpace && { colorSpace }) };
    return { kind: "shared", memory: loan.memory, address, stays, ...told };
  }
  if (input.kind === "pixels" || input.kind === "value") return input;
  throw new TypeError("a function is given an image, or a value");
}

function failed(error: ErrorData, cause?: unknown): Ended {
  return { outcome: { kind: "failed", error, ...(cause !== undefined && { cause }) }, pixels: 0 };
}

function errorOf({ error, cause }: Failure): Error & ErrorDetails {
  return Object.assign(toError(error), cause && { cause: putTogether(cause) });
}

function isImage(value: unknown, image: number): boolean {
  return typeof value === "object" && value !== null && "image" in value && value.image === image;
}
