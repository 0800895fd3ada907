/**
 * What each item should become: worked out by a pool of one thread that runs this item and nothing else, or known beforehand
 * for what is wrong on purpose.
 */
import type { FilterInput, Intensity, Pool } from "../src/types.js";
import { fingerprint } from "./fingerprint.js";
import type { Materials } from "./materials.js";
import { FAULTS, FLAWS, losesWorkers, type CallPlan, type ItemPlan, type RoundPlan } from "./plan.js";

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
  readonly #known = new Map<string, string>();

  constructor(pool: Pool, materials: Materials) {
    this.#pool = pool;
    this.#materials = materials;
  }

  /** The outcome that an item should have, and codes that are right too. */
  async of(item: ItemPlan, call: CallPlan, round: RoundPlan): Promise<{ outcome: string; codes: string[] }> {
    const codes = losesWorkers(round) ? ["worker-lost"] : [];
    if (item.flaw) return { outcome: `!${FLAWS[item.flaw]}`, codes };
    // Numbers have no width and height, whatever their size.
    if (item.material.kind === "numbers" && call.output !== "same") return { outcome: "!invalid-option", codes };
    const [least, most] = this.#bytes(item);
    if (least > round.memoryLimit) return { outcome: "!too-large", codes };
    // Up to half of the limit is set aside for what threads keep while they work.
    if (most > round.memoryLimit / 2) codes.push("too-large");
    if (item.fault && !skipsRows(call)) return { outcome: `!${FAULTS[item.fault]}`, codes };
    return { outcome: await this.#answer(item, call), codes };
  }

  /** Bytes that an item surely takes in flight, and those that it may be taken for. */
  #bytes(item: ItemPlan): [number, number] {
    const { material } = item;
    if (material.kind === "file") {
      const most = Math.max(this.#materials.fileSize(item) * MOST_BYTES_A_FILE_BYTE, LEAST_FILE_BYTES);
      return [0, most * MOST_COPIES];
    }
    const bytes = material.kind === "pixels" ? material.width * material.height * 4 : material.length * 8;
    return [bytes, bytes * MOST_COPIES];
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
