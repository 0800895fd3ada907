/**
 * What each item should become: worked out by a pool of one thread that runs this item and nothing else, or known beforehand
 * for what is wrong on purpose.
 */
import type { FilterInput, Intensity, Pool } from "../src/types.js";
import type { FilterInfo } from "../src/filter-info.js";
import { fingerprint } from "./fingerprint.js";
import type { Materials } from "./materials.js";
import { FAULTS, FLAWS, losesWorkers, NO_PICTURES, type CallPlan, type ItemPlan, type RoundPlan } from "./plan.js";

/** The pool counts a few copies of an image; between one and this many only the pool knows. */
const MOST_COPIES = 4;
/** Bytes of pixels that a file of unknown contents may be taken for, for each of its bytes and at least. */
const MOST_BYTES_A_FILE_BYTE = 16;
const LEAST_FILE_BYTES = 1 << 20;
const MOST_ANSWERS = 5000;

/** Whether a chain leaves out rows of the image: a fault in a row that nobody needs does not come about. */
const skipsRows = ({ chain }: CallPlan): boolean =>
  chain.some(
    (step) => step.kind === "crop" || (step.kind === "resize" && "filter" in step && step.filter === "nearest"),
  );

export class Answers {
  readonly #pool: Pool;
  readonly #materials: Materials;
  readonly #filters: readonly FilterInfo[];
  readonly #known = new Map<string, string>();

  constructor(pool: Pool, materials: Materials, filters: readonly FilterInfo[]) {
    this.#pool = pool;
    this.#materials = materials;
    this.#filters = filters;
  }

  /** The outcome that an item should have, and codes that are right too. */
  async of(item: ItemPlan, call: CallPlan, round: RoundPlan): Promise<{ outcome: string; codes: string[] }> {
    const codes = losesWorkers(round) ? ["worker-lost"] : [];
    if (item.flaw) return { outcome: `!${FLAWS[item.flaw]}`, codes };
    // Numbers have no width and height, whatever their size.
    if (item.material.kind === "numbers" && call.output !== "same") return { outcome: "!invalid-option", codes };
    const [least, most] = this.#bytes(item, call);
    if (least > round.memoryLimit) return { outcome: "!too-large", codes };
    // Up to half of the limit is set aside for what threads keep while they work.
    if (most > round.memoryLimit / 2) codes.push("too-large");
    // A result's size is unknown where a function makes it: what is wrong with the file is then told before what is wrong
    // with the result.
    const { material } = item;
    if (call.callsAfter !== undefined && material.kind === "file" && material.name in NO_PICTURES) {
      codes.push(NO_PICTURES[material.name as keyof typeof NO_PICTURES]);
    }
    if (item.fault && !skipsRows(call)) return { outcome: `!${FAULTS[item.fault]}`, codes };
    return { outcome: await this.#answer(item, call), codes };
  }

  /** Bytes that an item surely takes in flight, and those that it may be taken for. */
  #bytes(item: ItemPlan, call: CallPlan): [number, number] {
    const { material } = item;
    if (material.kind === "numbers") return [material.length * 8, material.length * 8 * MOST_COPIES];
    if (material.kind === "pixels") {
      const { width, height } = material;
      const most = Math.max(width * height, this.#longestSide(Math.max(width, height), item, call) ** 2);
      return [width * height * 4, most * 4 * MOST_COPIES];
    }
    const bytes = Math.max(this.#materials.fileSize(item) * MOST_BYTES_A_FILE_BYTE, LEAST_FILE_BYTES);
    const most = Math.max(bytes, this.#longestSide(Math.sqrt(bytes / 4), item, call) ** 2 * 4);
    return [0, most * MOST_COPIES];
  }

  /** No side of an image gets longer than this in a chain; 0 where the chain leaves its size alone. */
  #longestSide(side: number, { intensity }: ItemPlan, { chain }: CallPlan): number {
    const changed = typeof intensity === "object" ? (intensity as Readonly<Record<string, unknown>> | null) : null;
    let longest = 0;
    for (const step of chain) {
      const size = this.#filters.find(({ name }) => name === step.kind)?.size;
      if (!size) continue;
      longest ||= side;
      if (size.rule === "turned") longest *= 2;
      if (size.rule === "padded") {
        const info = this.#filters.find(({ name }) => name === step.kind);
        for (const side of [size.left, size.right, size.top, size.bottom]) {
          const parameter = info?.parameters.find(({ name }) => name === side);
          longest += parameter?.type === "number" ? parameter.softMaximum : 0;
        }
      }
      if (size.rule !== "parameters") continue;
      const given = [step, changed ?? {}].flatMap((values) => [values[size.width], values[size.height]]);
      longest = Math.max(longest, ...given.map((value) => (typeof value === "number" ? value : 0)));
    }
    return longest;
  }

  async #answer(item: ItemPlan, { chain, output }: CallPlan): Promise<string> {
    const { material, shape, intensity } = item;
    const key = JSON.stringify([material, shape, intensity, chain, output]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size > MOST_ANSWERS) this.#known.clear();
    const image = await this.#materials.make(material, shape);
    const answer = await this.#pool
      .apply(chain as FilterInput, image, intensity as Intensity, { output })
      .then(fingerprint, (error: unknown) => `!${String((error as { code?: unknown }).code)}`);
    this.#known.set(key, answer);
    return answer;
  }
}
