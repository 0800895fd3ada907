/**
 * Workers that decode and encode for a coordinator, so that it is free to hand out work: reading back one photo of a phone
 * takes it as long as a thread needs to filter it. They write and read pixels where the engine's threads do, in its memory. They
 * start with the first picture that needs them.
 */
import type { CodecName } from "./codec-modules.js";
import { OwnCodec, type AnyPixels, type Codec, type Shape, type Shaped, type Undecoded } from "./codec.js";
import { PixelpoolError, toData, toError, type ErrorData } from "./errors.js";
import { unread } from "./protocol.js";
import { startHelper, type HelperWorker } from "./helper-workers.js";
import { BufferShelf } from "./buffer-shelf.js";
import type { Room } from "./pixel-view.js";

type Task = { decode: Undecoded; room?: Room | undefined } | { shape: Shape; pixels: AnyPixels };
/** The first thing that a member is told: the memory of the engine. */
interface Start {
  memory: WebAssembly.Memory;
}
/** Gives a member a codec; it answers nothing. */
interface Use {
  use: CodecName;
  module: WebAssembly.Module;
}
type Answer = { value: AnyPixels | Shaped } | { error: ErrorData };

interface Question {
  task: Task;
  batch: number;
  /** Nobody wants the answer any more. */
  isInVain: boolean;
  /** Members that were lost with it. */
  losses: number;
  resolve: (value: AnyPixels | Shaped) => void;
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
/** Work that nobody wants any more and takes longer than this costs its worker. */
const IN_VAIN_LIMIT_MS = 150;

export class CodecPool implements Codec {
  readonly #size: number;
  readonly #start: Start;
  readonly #members: Member[] = [];
  readonly #codecs = new Map<CodecName, Use>();

  /** `memory` is that of the engine, which rooms and pixels lie in. */
  constructor(threads: number, memory: WebAssembly.Memory) {
    this.#size = Math.min(threads, MOST_MEMBERS);
    this.#start = { memory };
  }

  /** The first member starts while the codec is loaded. */
  expect(): void {
    if (this.#members.length === 0) this.#startMember();
  }

  use(name: CodecName, module: WebAssembly.Module): void {
    const use = { use: name, module };
    this.#codecs.set(name, use);
    for (const { port } of this.#members) port.postMessage(use);
  }

  decode(input: Undecoded, batch: number, room?: Room): Promise<AnyPixels> {
    const given = input.kind === "picture" ? input.picture : input.bytes;
    return this.#ask({ decode: input, room }, batch, given ? [given] : []) as Promise<AnyPixels>;
  }

  shape(pixels: AnyPixels, batch: number, shape: Shape): Promise<Shaped> {
    return this.#ask({ shape, pixels }, batch, "buffer" in pixels ? [pixels.buffer] : []) as Promise<Shaped>;
  }

  /** A member that works for a batch that nobody wants any more is replaced, unless it is soon done. */
  forget(batch: number): void {
    for (const { asked } of this.#members) {
      for (const question of asked) question.isInVain ||= question.batch === batch;
    }
    const inVain = this.#members.filter(isInVain);
    if (inVain.length === 0) return;
    setTimeout(() => {
      // Its loss is told when it is gone: until then it may write into the room that it was given.
      for (const member of inVain) if (isInVain(member) && member.end()) this.#remove(member);
    }, IN_VAIN_LIMIT_MS);
  }

  /** Ends the workers; what they have been asked is never answered. */
  end(): void {
    for (const member of this.#members.splice(0)) member.dismiss();
  }

  #ask(task: Task, batch: number, transfer: Transferable[]): Promise<AnyPixels | Shaped> {
    return new Promise((resolve, reject) => {
      this.#put({ task, batch, isInVain: false, losses: 0, resolve, reject }, transfer);
    });
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
    return this.#startMember();
  }

  /** A member takes nothing more; returns whether it was one. */
  #remove(member: Member): boolean {
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
    return at >= 0;
  }

  #startMember(): Member {
    const asked: Question[] = [];
    const helper = startHelper("codec", {
      heard: (data) => {
        const answer = data as Answer;
        const question = asked.shift();
        if ("error" in answer) question?.reject(toError(answer.error));
        else question?.resolve(answer.value);
      },
      lost: (reason) => {
        // Where it was ended here, it is among them no more, and no file did it.
        const isLoss = this.#remove(member);
        const error = new PixelpoolError(`a worker that decodes was lost: ${reason}`, { code: "worker-lost" });
        for (const question of asked.splice(0)) {
          if (isLoss) question.losses += 1;
          const mayAgain = !question.isInVain && question.losses <= MOST_LOSSES && isWhole(question);
          if (mayAgain) this.#put(again(question), []);
          else question.reject(error);
        }
      },
    });
    const member: Member = { ...helper, asked };
    this.#members.push(member);
    member.port.postMessage(this.#start);
    for (const use of this.#codecs.values()) member.port.postMessage(use);
    return member;
  }
}

/** The question without what was given away with it. */
function again(question: Question): Question {
  const { task } = question;
  if (!("decode" in task) || task.decode.kind !== "encoded") return question;
  return { ...question, task: { ...task, decode: unread(task.decode) } };
}

/** What is asked can be asked again: a file is still here, as is what lies in the engine's memory; what was given away is lost. */
function isWhole({ task }: Question): boolean {
  return "decode" in task ? task.decode.kind === "encoded" : "address" in task.pixels;
}

/** Whether nobody wants the first thing that a member works on, and nothing is lost with it that somebody wants. */
function isInVain({ asked }: Member): boolean {
  return asked[0]?.isInVain === true && asked.every((question) => question.isInVain || isWhole(question));
}

/** Makes this worker a member: answers the tasks that come through a port one after another, in order; `end` ends it. */
export function serveCodec(port: MessagePort, end: () => void): void {
  let codec = new OwnCodec(new BufferShelf(0));
  let last: Promise<void> = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<Start | Task | Use | "dismissed">) => {
    if (data === "dismissed") {
      end();
      return;
    }
    if ("memory" in data) {
      codec = new OwnCodec(new BufferShelf(MOST_FREE_BYTES), data.memory);
      return;
    }
    if ("use" in data) {
      codec.use(data.use, data.module);
      return;
    }
    // Begun at once: the browser decodes beside this worker.
    const work = "decode" in data ? codec.decode(data.decode, 0, data.room) : codec.shape(data.pixels, 0, data.shape);
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

function transferable(value: AnyPixels | Shaped): Transferable[] {
  if ("buffer" in value) return [value.buffer];
  if ("address" in value) return [];
  const { outcome } = value;
  return outcome.kind === "bitmap" ? [outcome.bitmap] : [];
}
