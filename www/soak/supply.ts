/** The batch of a call, as the plan wants it: a list, a set or a generator, which notes what is read of it. */
import type { Batch, BatchItem, ImageInput } from "../src/types.js";
import type { Materials } from "./materials.js";
import type { CallPlan, ItemPlan } from "./plan.js";
import { sleep } from "./time.js";

export class Supply {
  readonly batch: Batch;
  /** What the batch throws, where it does. */
  readonly error = new Error("the batch itself has failed");
  /** A generator that was begun and has neither ended nor been told that nobody reads on. */
  isOpen = false;
  readonly #plan: CallPlan;
  readonly #images: readonly ImageInput[];
  readonly #ids: unknown[] = [];
  #read = 0;

  private constructor(plan: CallPlan, images: readonly ImageInput[]) {
    this.#plan = plan;
    this.#images = images;
    this.batch = this.#open();
  }

  static async make(plan: CallPlan, materials: Materials): Promise<Supply> {
    const images: ImageInput[] = [];
    for (const item of plan.items) {
      const { material, shape } = item;
      images.push(plan.transfer ? await materials.make(material, shape) : await materials.keep(item));
    }
    return new Supply(plan, images);
  }

  /** The items that may have an outcome, with the ids that these must have. */
  get given(): { item: ItemPlan; id: unknown }[] {
    const { method, supply, items } = this.#plan;
    const count = supply === "array" || supply === "set" || method === "apply" ? items.length : this.#read;
    return Array.from({ length: count }, (_, index) => {
      const item = this.#itemAt(index);
      return { item, id: method === "apply" || item.flaw === "tuple" ? undefined : this.#idAt(index) };
    });
  }

  /** The item at a position as a tuple, or what stands in the place of one. */
  tuple(index: number): BatchItem {
    const item = this.#itemAt(index);
    const own = this.#images[index % this.#images.length] as ImageInput;
    // A body can be read once, and an endless batch comes back to it.
    const image = own instanceof Response ? own.clone() : own;
    const id = this.#idAt(index);
    switch (item.flaw) {
      case "tuple":
        return ([[id], [id, image, 1, 2], `no tuple ${index}`] as unknown[])[index % 3] as BatchItem;
      case "intensity":
        return [id, image, (index % 2 ? NaN : "strong") as number];
      case "size":
        return [id, { data: new Uint8Array(10), width: 3, height: 3 }];
      case "noImage":
        return [id, ["not an image", 7, null][index % 3] as unknown as ImageInput];
      case "rejects": {
        const rejected = Promise.reject<ImageInput>(new Error("the image could not be had"));
        // Nobody may ever read it.
        rejected.catch(() => undefined);
        return [id, rejected];
      }
      default:
        return [id, item.late ? sleep(index % 4).then(() => image) : image, item.intensity as number];
    }
  }

  #itemAt(index: number): ItemPlan {
    const { items } = this.#plan;
    return items[index % items.length] as ItemPlan;
  }

  #idAt(index: number): unknown {
    const make = { numbers: () => index, texts: () => `item ${index}`, objects: () => ({ index }), same: () => "same" };
    // A missing place is filled once: an object must come back as the same one.
    if (!(index in this.#ids)) this.#ids[index] = make[this.#plan.ids]();
    return this.#ids[index];
  }

  #open(): Batch {
    const { supply, items } = this.#plan;
    const tuples = () => items.map((_, index) => this.tuple(index));
    switch (supply) {
      case "array":
        return tuples();
      case "set":
        return new Set(tuples());
      case "generator":
      case "endless":
        return this.#generate();
      case "asyncGenerator":
        return this.#generateSlowly();
    }
  }

  *#generate(): Generator<BatchItem> {
    const { items, supply, throwsAfter } = this.#plan;
    this.isOpen = true;
    try {
      const count = supply === "endless" ? Infinity : items.length;
      while (this.#read < (throwsAfter ?? count)) yield this.tuple(this.#read++);
      if (throwsAfter !== undefined) throw this.error;
    } finally {
      this.isOpen = false;
    }
  }

  async *#generateSlowly(): AsyncGenerator<BatchItem> {
    const source = this.#generate();
    try {
      for (const item of source) {
        if (this.#read % 3 === 0) await sleep(this.#read % 4);
        yield item;
      }
    } finally {
      source.return(undefined);
    }
  }
}
