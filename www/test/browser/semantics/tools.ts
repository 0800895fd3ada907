/** What the tests of this folder have at hand inside the page, as `globalThis.tools`: real data, and ways to look at outcomes. */
import type { ErrorDetails } from "../../../src/errors.js";
import type { ImageOutput, Settled } from "../../../src/types.js";

declare global {
  var tools: ReturnType<typeof makeTools>;
}

/** What a test looks at of an error. */
export type Told = Omit<ErrorDetails, "code"> & { class: string; code?: string; message: string };

export type ListItem = [id: number, list: number[], intensity: number];

/** Runs in the page, so it can close over nothing. */
export function makeTools() {
  /** Every worker that the page itself has started; held weakly, since a worker leads to its pool. */
  const workers: WeakRef<Worker>[] = [];
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      workers.push(new WeakRef(this));
    }
  };

  const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

  /** Waits for something that will come; a test that waits in vain runs into its time limit. */
  const until = async (condition: () => boolean | Promise<boolean>) => {
    while (!(await condition())) await pause(5);
  };

  const tell = (thrown: unknown): Told => {
    if (!(thrown instanceof Error)) return { class: typeof thrown, message: String(thrown) };
    const { name, code, filter, parameter, index, id, message } = thrown as Error & ErrorDetails;
    const told = { class: name, code, filter, parameter, index, id, message };
    return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as unknown as Told;
  };

  /** What a call throws or rejects with. */
  const thrownBy = async (call: () => unknown): Promise<unknown> => {
    try {
      await call();
    } catch (thrown) {
      return thrown;
    }
    throw new Error("nothing was thrown");
  };

  const all = async <Id>(outcomes: AsyncIterable<Settled<Id>>): Promise<Settled<Id>[]> => {
    const list: Settled<Id>[] = [];
    for await (const settled of outcomes) list.push(settled);
    return list;
  };

  /** An outcome in short: the image, or the code of what went wrong. */
  const brief = (settled: Settled): [index: number, outcome: unknown] => {
    if (settled.status === "fulfilled") return [settled.index, settled.image];
    return [settled.index, tell(settled.reason).code ?? settled.reason.name];
  };

  /** Lists of many lengths, each with a factor of its own, and what `multiply` must make of them. */
  const lists = (count: number, salt = 0) =>
    Array.from({ length: count }, (_, id): ListItem => {
      const length = 1 + ((id * 7 + salt) % 23);
      return [id, Array.from({ length }, (_, i) => i + id / 4 + salt), 1 + ((id + salt) % 5)];
    });
  const multiplied = (batch: readonly ListItem[]) =>
    batch.map(([id, list, factor]): [number, number[]] => [id, list.map((value) => value * factor)]);

  /** As many sleeps of the same length. */
  const sleeps = (count: number, milliseconds: number) =>
    Array.from({ length: count }, (_, id): ListItem => [id, [id], milliseconds]);

  /** Noise, alpha too; the same every time. */
  const noise = (width: number, height: number, seed = 1): ImageData => {
    const image = new ImageData(width, height);
    let state = (seed * 2654435761) >>> 0;
    for (let i = 0; i < image.data.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      image.data[i] = state >>> 24;
    }
    return image;
  };

  /** Images of many sizes. */
  const images = (count: number) =>
    Array.from({ length: count }, (_, id): [number, ImageData] => [
      id,
      noise(1 + ((id * 13) % 40), 1 + ((id * 5) % 30), id),
    ]);

  /** What `invert` must make of an image. */
  const inverted = ({ data, width, height }: ImageData): ImageData =>
    new ImageData(
      data.map((value, i) => (i % 4 === 3 ? value : 255 - value)),
      width,
      height,
    );

  /** Whether a result is exactly the image that is expected. */
  const isSame = (result: ImageOutput | undefined, expected: ImageData): boolean =>
    result instanceof ImageData &&
    result.width === expected.width &&
    result.height === expected.height &&
    result.data.every((value, i) => value === expected.data[i]);

  /** Workers and threads that live, told by the locks that they hold. */
  const living = async (): Promise<number> => {
    const { held = [] } = await navigator.locks.query();
    return held.filter(({ name }) => name?.startsWith("pixelpool")).length;
  };

  /** Collects garbage, with nothing of a running function in the way. The browser has it by its flag `--expose-gc`. */
  const collect = async () => {
    if (!globalThis.gc) throw new Error("this browser does not collect garbage when it is told to");
    await globalThis.gc({ type: "major", execution: "async" });
  };

  /** Collects garbage until the condition holds; `false` when it never does. */
  const collected = async (condition: () => boolean | Promise<boolean>): Promise<boolean> => {
    for (let round = 0; round < 20; round++) {
      // What a weak reference has been asked for lives to the end of that task.
      await pause(5);
      await collect();
      if (await condition()) return true;
    }
    return false;
  };

  return {
    all,
    brief,
    collect,
    collected,
    images,
    inverted,
    isSame,
    lists,
    living,
    multiplied,
    noise,
    pause,
    sleeps,
    tell,
    thrownBy,
    until,
    workers,
  };
}
