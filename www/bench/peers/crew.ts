/** Workers of a rival, and what a careful user would write around them: each has its next picture before it ends the last. */
import type { Rival, Way } from "./contestant.js";
import type { Picture, Step } from "./work.js";
import type { Answer, Message } from "./worker.js";

/** Pictures that a worker has at a time: the one that it works on and the next. */
const AHEAD = 2;

/** What makes the results of a list of pictures. */
export type Run = (steps: readonly Step[], pictures: readonly Picture[]) => Promise<Picture[]>;

export async function hire(rival: Rival, way: Way): Promise<Run> {
  const opening = { type: "open", rival: rival.name, way } satisfies Message;
  const workers = await startWorkers("/target/peers/worker.js", way.workers, opening);
  return (steps, pictures) =>
    share(
      workers,
      pictures.length,
      (worker, index) => {
        const given = pictures[index]!;
        // One copy, which the worker may keep: the page's own picture is left as it is.
        const picture = { data: given.data.slice(), width: given.width, height: given.height };
        worker.postMessage({ type: "run", index, steps, picture } satisfies Message, [picture.data.buffer]);
      },
      (answer) => (answer as Extract<Answer, { type: "done" }>).picture,
    );
}

/** As many workers as that, each of which has answered the opening message. */
export function startWorkers(address: string, count: number, opening: object): Promise<Worker[]> {
  const start = () =>
    new Promise<Worker>((resolve, reject) => {
      const worker = new Worker(address);
      worker.onmessage = () => resolve(worker);
      worker.onerror = ({ message }) => reject(new Error(`${JSON.stringify(opening)}: ${message}`));
      worker.postMessage(opening);
    });
  return Promise.all(Array.from({ length: count }, start));
}

/** Gives `count` pieces of work to whoever is free; workers answer each with its `index`. */
export function share<Result>(
  workers: readonly Worker[],
  count: number,
  give: (worker: Worker, index: number) => void,
  resultOf: (answer: unknown) => Result,
): Promise<Result[]> {
  return new Promise((resolve, reject) => {
    const results: Result[] = [];
    let next = 0;
    let done = 0;
    const feed = (worker: Worker) => {
      if (next < count) give(worker, next++);
    };
    for (const worker of workers) {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }: MessageEvent<{ index: number }>) => {
        feed(worker);
        results[data.index] = resultOf(data);
        if (++done === count) resolve(results);
      };
    }
    for (let ahead = 0; ahead < AHEAD; ahead++) workers.forEach(feed);
  });
}
