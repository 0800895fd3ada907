/**
 * Workers that decode and encode for a coordinator, so that it is free to hand out work: reading back one photo of a phone
 * takes it as long as a thread needs to filter it. They start with the first picture that needs them.
 */
import { ownCodec, type Codec, type Pixels, type Shape, type Shaped, type Undecoded } from "./codec.js";
import { PixelpoolError, toData, toError, type ErrorData } from "./errors.js";
import type { ToWorker } from "./protocol.js";

type Task = { decode: Undecoded } | { shape: Shape; pixels: Pixels };
type Answer = { value: Pixels | Shaped } | { error: ErrorData };

interface Member {
  worker: Worker;
  /** What it has been asked and has not answered, in order: it answers in the same order. */
  asked: { resolve: (value: Pixels | Shaped) => void; reject: (reason: Error) => void }[];
}

/** More decode no faster: browsers share few threads of their own for it. */
const MOST_MEMBERS = 4;

export class CodecPool implements Codec {
  readonly #size: number;
  readonly #members: Member[] = [];

  constructor(threads: number) {
    this.#size = Math.min(threads, MOST_MEMBERS);
  }

  decode(input: Undecoded): Promise<Pixels> {
    const transfer = input.kind === "picture" ? [input.picture] : [];
    return this.#ask({ decode: input }, transfer) as Promise<Pixels>;
  }

  shape(pixels: Pixels, shape: Shape): Promise<Shaped> {
    return this.#ask({ shape, pixels }, [pixels.buffer]) as Promise<Shaped>;
  }

  /** Ends the workers; what they have been asked is never answered. */
  end(): void {
    for (const { worker } of this.#members.splice(0)) worker.terminate();
  }

  #ask(task: Task, transfer: Transferable[]): Promise<Pixels | Shaped> {
    return new Promise((resolve, reject) => {
      const member = this.#idlest();
      // Answers are told apart by their order: what could not be posted must not be waited for.
      member.worker.postMessage(task, transfer);
      member.asked.push({ resolve, reject });
    });
  }

  #idlest(): Member {
    const idlest = this.#members.reduce<Member | undefined>(
      (a, b) => (a && a.asked.length <= b.asked.length ? a : b),
      undefined,
    );
    if (idlest && (idlest.asked.length === 0 || this.#members.length >= this.#size)) return idlest;
    return this.#start();
  }

  #start(): Member {
    const worker = new Worker(self.location.href, { type: "module", name: "pixelpool codec" });
    const member: Member = { worker, asked: [] };
    worker.postMessage({ type: "codec" } satisfies ToWorker);
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const asked = member.asked.shift();
      if ("error" in data) asked?.reject(toError(data.error));
      else asked?.resolve(data.value);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const place = this.#members.indexOf(member);
      if (place < 0) return;
      this.#members.splice(place, 1);
      const lost = new PixelpoolError(`a worker that decodes was lost: ${event.message}`, { code: "worker-lost" });
      for (const { reject } of member.asked.splice(0)) reject(lost);
      worker.terminate();
    };
    this.#members.push(member);
    return member;
  }
}

/** Makes this worker a member: answers tasks one after another, in order. */
export function serveCodec(): void {
  let last: Promise<void> = Promise.resolve();
  self.onmessage = ({ data }: MessageEvent<Task>) => {
    // Begun at once: the browser decodes beside this worker.
    const work = "decode" in data ? ownCodec.decode(data.decode) : ownCodec.shape(data.pixels, data.shape);
    const answer: Promise<Answer> = work.then(
      (value) => ({ value }),
      (error: unknown) => ({ error: toData(error, "decode-failed") }),
    );
    last = last.then(async () => {
      const message = await answer;
      self.postMessage(message, { transfer: "value" in message ? transferable(message.value) : [] });
    });
  };
}

function transferable(value: Pixels | Shaped): Transferable[] {
  if ("buffer" in value) return [value.buffer];
  return value.kind === "bitmap" ? [value.bitmap] : [];
}
