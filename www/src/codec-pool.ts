/**
 * Workers that decode and encode for a coordinator, so that it is free to hand out work: reading back one photo of a phone
 * takes it as long as a thread needs to filter it. They start with the first picture that needs them.
 */
import type { CodecName } from "./codec-modules.js";
import { OwnCodec, type Codec, type Pixels, type Shape, type Shaped, type Undecoded } from "./codec.js";
import { PixelpoolError, toData, toError, type ErrorData } from "./errors.js";
import { startHelper, type HelperWorker } from "./helper-workers.js";
import { BufferShelf } from "./buffer-shelf.js";

type Task = { decode: Undecoded } | { shape: Shape; pixels: Pixels };
/** Gives a member a codec; it answers nothing. */
interface Use {
  use: CodecName;
  module: WebAssembly.Module;
}
type Answer = { value: Pixels | Shaped } | { error: ErrorData };

interface Question {
  task: Task;
  /** Members that were lost with it. */
  losses: number;
  resolve: (value: Pixels | Shaped) => void;
  reject: (reason: Error) => void;
}

interface Member extends HelperWorker {
  /** What it has been asked and has not answered, in order: it answers in the same order. */
  asked: Question[];
}

/** More than this are not worth their memory. */
const MOST_MEMBERS = 16;
/**
 * Bytes of free buffers that a member keeps for what it decodes next. They do not travel: what goes through a port between workers
 * is copied in Firefox.
 */
const MOST_FREE_BYTES = 16 << 20;
/** A file that so many workers were lost with has perhaps ended them. */
const MOST_LOSSES = 2;

export class CodecPool implements Codec {
  readonly #size: number;
  readonly #members: Member[] = [];

  readonly #codecs = new Map<CodecName, Use>();

  constructor(threads: number) {
    this.#size = Math.min(threads, MOST_MEMBERS);
  }

  use(name: CodecName, module: WebAssembly.Module): void {
    const use = { use: name, module };
    this.#codecs.set(name, use);
    for (const { port } of this.#members) port.postMessage(use);
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
    for (const member of this.#members.splice(0)) member.dismiss();
  }

  #ask(task: Task, transfer: Transferable[]): Promise<Pixels | Shaped> {
    return new Promise((resolve, reject) => this.#put({ task, losses: 0, resolve, reject }, transfer));
  }

  #put(question: Question, transfer: Transferable[]): void {
    const member = this.#idlest();
    try {
      // Answers are told apart by their order: what could not be posted must not be waited for.
      member.port.postMessage(question.task, transfer);
      member.asked.push(question);
    } catch (error) {
      question.reject(error as Error);
    }
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
    const asked: Question[] = [];
    const helper = startHelper("codec", {
      heard: (data) => {
        const answer = data as Answer;
        const question = asked.shift();
        if ("error" in answer) question?.reject(toError(answer.error));
        else question?.resolve(answer.value);
      },
      lost: (reason) => {
        this.#members.splice(this.#members.indexOf(member), 1);
        const error = new PixelpoolError(`a worker that decodes was lost: ${reason}`, { code: "worker-lost" });
        for (const question of asked.splice(0)) {
          // A file is still here; pixels and pictures were given away and are lost with the worker.
          const isWhole = "decode" in question.task && question.task.decode.kind === "encoded";
          question.losses += 1;
          if (isWhole && question.losses <= MOST_LOSSES) this.#put(question, []);
          else question.reject(error);
        }
      },
    });
    const member: Member = { ...helper, asked };
    this.#members.push(member);
    for (const use of this.#codecs.values()) member.port.postMessage(use);
    return member;
  }
}

/** Makes this worker a member: answers the tasks that come through a port one after another, in order. */
export function serveCodec(port: MessagePort): void {
  const codec = new OwnCodec(new BufferShelf(MOST_FREE_BYTES));
  let last: Promise<void> = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<Task | Use | "dismissed">) => {
    if (data === "dismissed") {
      self.close();
      return;
    }
    if ("use" in data) {
      codec.use(data.use, data.module);
      return;
    }
    // Begun at once: the browser decodes beside this worker.
    const work = "decode" in data ? codec.decode(data.decode) : codec.shape(data.pixels, data.shape);
    const answer: Promise<Answer> = work.then(
      (value) => ({ value }),
      (error: unknown) => ({ error: toData(error, "decode-failed") }),
    );
    last = last.then(async () => {
      const message = await answer;
      port.postMessage(message, { transfer: "value" in message ? transferable(message.value) : [] });
    });
  };
}

function transferable(value: Pixels | Shaped): Transferable[] {
  if ("buffer" in value) return [value.buffer];
  const { outcome } = value;
  return outcome.kind === "bitmap" ? [outcome.bitmap] : [];
}
