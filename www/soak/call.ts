/** One call on a pool, made as the plan wants it, and a record of all that its caller saw. */
import type { FilterInput, ImageInput, ImageOutput, Pool, RunOptions, Settled } from "../src/types.js";
import type { Progress, Span } from "../src/report-types.js";
import type { Answers } from "./answers.js";
import { checkCall, type CallRecord, type End, type ProgressSeen, type Seen, type Violation } from "./checker.js";
import { fingerprint } from "./fingerprint.js";
import type { Materials } from "./materials.js";
import type { CallPlan, RoundPlan } from "./plan.js";
import { Supply } from "./supply.js";
import { sleep } from "./time.js";

/** A function of one's own; what items become is what they would without it. */
const NOTHING = { kind: undefined, module: "/www/soak/nothing.js" } as unknown as CallPlan["chain"][number];

/** Reads that are made at once. */
const BURST = 4;

/** How a pool ended in the middle, where it did. */
export type Ending = RoundPlan["ending"];

export class Call {
  readonly plan: CallPlan;
  readonly supply: Supply;
  /** Where the call stands, in words; one of {@link End} at last. */
  end = "not begun";
  /** Times that the report of the call has come. */
  reports = 0;
  /** How the pool was being ended when the call began, and when it ended. */
  #endingAtStart: Ending | undefined;
  #endingAtEnd: Ending | undefined;
  #aborted = false;
  #iterator: AsyncIterator<Settled> | undefined;
  readonly #seen: Seen[] = [];
  readonly #marks: Promise<void>[] = [];
  readonly #progress: ProgressSeen[] = [];
  readonly #oddities: Violation[] = [];
  readonly #controller = new AbortController();
  readonly #reason = new Error("aborted by the soak");
  readonly #ending: () => Ending | undefined;

  /** `ending` tells how the pool is being ended, if it is. */
  constructor(plan: CallPlan, supply: Supply, ending: () => Ending | undefined) {
    this.plan = plan;
    this.supply = supply;
    this.#ending = ending;
  }

  static async prepare(plan: CallPlan, materials: Materials, ending: () => Ending | undefined): Promise<Call> {
    return new Call(plan, await Supply.make(plan, materials), ending);
  }

  abort(): void {
    this.#aborted ||= ["not begun", "running", "standing"].includes(this.end);
    this.#controller.abort(this.#reason);
  }

  /** Makes the call and reads on until it ends, or until its reader stands still. */
  async perform(pool: Pool): Promise<void> {
    this.#endingAtStart = this.#ending();
    this.end = "running";
    try {
      await this.#perform(pool);
    } catch (error) {
      this.#endAs(this.#nameOf(error));
    }
  }

  /** After the pool has ended: a reader that stood still reads on. */
  async finish(): Promise<void> {
    const iterator = this.#iterator;
    if (this.end !== "standing" || !iterator) return;
    try {
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) this.#see(step.value);
      this.#endAs("all");
    } catch (error) {
      this.#endAs(this.#nameOf(error));
    }
  }

  /** What is wrong with the call, once it has ended. */
  async check(answers: Answers, round: RoundPlan): Promise<{ record: CallRecord; violations: Violation[] }> {
    await Promise.all(this.#marks);
    const { method, supply } = this.plan;
    const expected = [];
    for (const { item, id } of this.supply.given) expected.push({ id, ...(await answers.of(item, this.plan, round)) });
    const record: CallRecord = {
      ordered: method !== "imapUnordered",
      streams: method === "imap" || method === "imapUnordered",
      expected,
      seen: this.#seen,
      end: this.end === "standing" ? "left" : this.end,
      mayEnd: this.#mayEnd(round),
      progress: this.#progress,
      total: supply === "array" || method === "apply" ? this.plan.items.length : undefined,
    };
    return { record, violations: [...this.#oddities, ...checkCall(record)] };
  }

  /** For the report of a call that hangs. */
  describe(): string {
    const { method, supply, reader, items } = this.plan;
    return `${method} of ${items.length} from ${supply}, read ${reader.kind}: ${this.end}, ${this.#seen.length} seen`;
  }

  #mayEnd(round: RoundPlan): End[] {
    const { throwsAfter, supply, reader, method } = this.plan;
    const ends: End[] = [];
    if (throwsAfter !== undefined) ends.push("threw");
    else if (supply !== "endless") ends.push("all");
    if (reader.kind === "breaks" || reader.kind === "throws") ends.push("left");
    if (reader.kind === "stands" && round.ending === "drop") ends.push("left");
    if (this.#aborted) ends.push("aborted");
    // A pool that closes waits for calls that are read.
    const waits = this.#endingAtEnd === "close" || this.#endingAtEnd === "dispose";
    const isRead = method === "starmap" || method === "apply";
    if (this.#endingAtEnd && !(waits && isRead && this.#endingAtStart === undefined)) ends.push("closed");
    return ends;
  }

  get #options(): RunOptions {
    const options = {
      signal: this.#controller.signal,
      output: this.plan.output,
      transfer: this.plan.transfer,
      onProgress: ({ done, failed, total }: Progress) => this.#progress.push({ done, failed, total }),
      onSpan: (span: Span) => this.#checkSpan(span),
      onReport: () => {
        this.reports += 1;
      },
    };
    return options;
  }

  #checkSpan({ thread, index, start, end }: Span): void {
    const isRight = thread >= 0 && Number.isInteger(thread) && index < this.supply.given.length && start <= end;
    if (!isRight) this.#oddities.push({ kind: "wrong", text: `a span is ${[thread, index, start, end].join(", ")}` });
  }

  async #perform(pool: Pool): Promise<void> {
    const { method, recycles } = this.plan;
    const { callsAfter } = this.plan;
    const steps = callsAfter === undefined ? this.plan.chain : this.plan.chain.toSpliced(callsAfter, 0, NOTHING);
    const chain = steps as FilterInput;
    const done = (image: ImageOutput) => {
      if (recycles) pool.recycle(image);
      else if (image instanceof ImageBitmap) image.close();
    };
    switch (method) {
      case "apply": {
        const [, image, intensity] = this.supply.tuple(0);
        const result = await pool.apply(chain, image as ImageInput, intensity, this.#options);
        this.#mark(0, undefined, fingerprint(result));
        done(result);
        this.#endAs("all");
        return;
      }
      case "starmap": {
        const results = await pool.starmap(chain, this.supply.batch, this.#options);
        for (const [index, [id, image]] of results.entries()) {
          this.#mark(index, id, fingerprint(image));
          done(image);
        }
        this.#endAs("all");
        return;
      }
      default: {
        const outcomes = pool[method](chain, this.supply.batch, this.#options);
        this.#iterator = outcomes;
        await this.#read(outcomes, done);
      }
    }
  }

  async #read(outcomes: AsyncIterableIterator<Settled>, done: (image: ImageOutput) => void): Promise<void> {
    const { kind, after } = this.plan.reader;
    const see = (settled: Settled) => {
      this.#see(settled);
      if (settled.status === "fulfilled") done(settled.image);
    };
    switch (kind) {
      case "burst":
        await this.#readInBursts(outcomes, see);
        return;
      case "stands":
        while (this.#seen.length < after) {
          const step = await outcomes.next();
          if (step.done) {
            this.#endAs("all");
            return;
          }
          see(step.value);
        }
        this.end = "standing";
        return;
      case "breaks":
      case "throws":
        await this.#readAndLeave(outcomes, see);
        return;
      default:
        for await (const settled of outcomes) {
          see(settled);
          if (kind === "slow" && settled.index % 2 === 0) await sleep(settled.index % 5);
        }
        this.#endAs("all");
    }
  }

  async #readAndLeave(outcomes: AsyncIterableIterator<Settled>, see: (settled: Settled) => void): Promise<void> {
    const { kind, after: wanted } = this.plan.reader;
    const reason = new Error("the reader has failed");
    let left = wanted === 0;
    if (left) await outcomes.return?.();
    try {
      if (!left) {
        for await (const settled of outcomes) {
          see(settled);
          left = this.#seen.length >= wanted;
          if (left && kind === "throws") throw reason;
          if (left) break;
        }
      }
    } catch (error) {
      if (error !== reason) throw error;
    }
    this.#endAs(left ? "left" : "all");
    if (!left) return;
    const after = await outcomes.next().then(
      ({ done }) => (done ? "the end" : "an outcome"),
      (error: unknown) => String(error),
    );
    if (after !== "the end") this.#oddities.push({ kind: "end", text: `after the reader had left came ${after}` });
  }

  async #readInBursts(outcomes: AsyncIterableIterator<Settled>, see: (settled: Settled) => void): Promise<void> {
    let end: string | undefined;
    while (end === undefined) {
      const steps = await Promise.allSettled(Array.from({ length: BURST }, () => outcomes.next()));
      for (const step of steps) {
        if (step.status === "fulfilled" && !step.value.done) {
          see(step.value.value);
          if (end !== undefined) this.#oddities.push({ kind: "end", text: "an outcome came after the end" });
          continue;
        }
        const next = step.status === "rejected" ? this.#nameOf(step.reason) : "all";
        if (end !== undefined && next !== "all") this.#oddities.push({ kind: "end", text: `${next} after ${end}` });
        end ??= next;
      }
    }
    this.#endAs(end);
  }

  #endAs(end: string): void {
    this.end = end;
    this.#endingAtEnd = this.#ending();
  }

  /** What an error means for the call; that of an item of `apply`, or of items of `starmap`, is an outcome. */
  #nameOf(error: unknown): string {
    if (error === this.#reason) return "aborted";
    if (error === this.supply.error) return "threw";
    const { code, results } = error as { code?: unknown; results?: readonly Settled[] };
    if (code === "closed") return "closed";
    if (code === "batch-failed" && results?.some(({ status }) => status === "rejected")) {
      for (const settled of results) this.#see(settled);
      return "all";
    }
    if (this.plan.method === "apply" && typeof code === "string") {
      this.#mark(0, undefined, Promise.resolve(`!${code}`));
      return "all";
    }
    return String(error);
  }

  #see(settled: Settled): void {
    const { id, index } = settled;
    if (settled.status === "fulfilled") {
      this.#mark(index, id, fingerprint(settled.image));
      return;
    }
    const reason = settled.reason as Error & { code?: unknown; index?: unknown; id?: unknown };
    const isOwn = reason instanceof Error && reason.index === index && Object.is(reason.id, id);
    this.#mark(index, id, Promise.resolve(isOwn ? `!${String(reason.code)}` : `a stranger: ${String(reason)}`));
  }

  #mark(index: number, id: unknown, outcome: Promise<string>): void {
    const seen = { index, id, outcome: "unread" };
    this.#seen.push(seen);
    const mark = async () => {
      seen.outcome = await outcome;
    };
    this.#marks.push(mark());
  }
}
