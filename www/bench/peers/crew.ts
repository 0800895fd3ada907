/** Workers of a rival, and what a careful user would write around them: each has its next picture before it ends the last. */
import type { Rival, Way } from "./contestant.js";
import type { Picture, Step } from "./work.js";
import type { Answer, Message } from "./worker.js";

/** Pictures that a worker has at a time: the one that it works on and the next. */
const AHEAD = 2;

/** What makes the results of a list of pictures. */
export type Run = (steps: readonly Step[], pictures: readonly Picture[]) => Promise<Picture[]>;

export async function hire(rival: Rival, way: Way): Promise<Run> {
  const workers = await Promise.all(Array.from({ length: way.workers }, () => start(rival.name, way)));
  return (steps, pictures) => share(workers, steps, pictures);
}

function start(rival: string, way: Way): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker("/target/peers/worker.js");
    worker.onmessage = () => resolve(worker);
    worker.onerror = ({ message }) => reject(new Error(`${rival}: ${message}`));
    worker.postMessage({ type: "open", rival, way } satisfies Message);
  });
}

function share(workers: readonly Worker[], steps: readonly Step[], pictures: readonly Picture[]): Promise<Picture[]> {
  return new Promise((resolve, reject) => {
    const results: Picture[] = [];
    let next = 0;
    let done = 0;
    const feed = (worker: Worker) => {
      const index = next++;
      const given = pictures[index];
      if (!given) return;
      // One copy, which the worker may keep: the page's own picture is left as it is.
      const picture = { data: given.data.slice(), width: given.width, height: given.height };
      worker.postMessage({ type: "run", index, steps, picture } satisfies Message, [picture.data.buffer]);
    };
    for (const worker of workers) {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.type !== "done") return;
        feed(worker);
        results[data.index] = data.picture;
        if (++done === pictures.length) resolve(results);
      };
    }
    for (let ahead = 0; ahead < AHEAD; ahead++) workers.forEach(feed);
  });
}
