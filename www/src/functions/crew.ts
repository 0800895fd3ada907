/**
 * The workers that call functions: starts them as they are needed, gives each one call at a time, ends one that works in vain, and
 * replaces one that is lost, which costs its own call and no other. Knows no images.
 */
import { inWords, type ErrorData } from "../errors.js";
import { FairQueue } from "../fair-queue.js";
import { allGone, newLockNames, newPoolName, watch } from "../liveness.js";
import type { Call, Callee, CallOutcome, Failure, FromFunctions, ToFunctions } from "./messages.js";
import { ENDED_FROM_OUTSIDE, isOfStarter } from "../spawn.js";
import { canBeSent } from "./sendable.js";

/** A worker that calls functions, or what stands in for one. What it says of its end is `broken`. */
export interface FunctionsEndpoint {
  post(message: ToFunctions, transfer: Transferable[]): void;
  listen(listener: (message: FromFunctions | { type: "broken"; error: ErrorData; isUnreadable?: true }) => void): void;
  terminate(): void;
  /** Resolves when it is gone, where its starter knows that. */
  readonly exited?: Promise<void>;
}

export interface FunctionCrewOptions {
  spawn: () => FunctionsEndpoint;
  /** The most workers that there are at a time. */
  threads: number;
  /** Workers can be ended while they work. Those that live in the page cannot. */
  endsAtWork: boolean;
  /** Resolves when the workers that were ended are gone, where their starter knows it. */
  gone?: (() => Promise<void>) | undefined;
  /** What a worker must do to start, where that is the user's to see to. */
  toStart?: string | undefined;
}

/** How a call has ended, and on which worker. */
export interface Called {
  outcome: CallOutcome;
  worker: number;
  /** Left out where it has not begun. */
  span?: [start: number, end: number];
}

interface Waiting {
  call: Call;
  /** It was lost with a worker once, which an earlier call may have ended. */
  isAgain?: true;
  transfer: Transferable[];
  done: (called: Called) => void;
}

/** A worker that has not started by then never will. */
const START_LIMIT_MS = 30_000;
/** A call that is cancelled and goes on for longer costs its worker. */
const CANCEL_LIMIT_MS = 150;
/** A module that ends its worker while it is loaded would end the next one, too. */
const MOST_LOSSES = 2;
/** Chromium ends a worker that does not listen after two seconds. */
const GONE_LIMIT_MS = 5000;

const CANCELLED: ErrorData = { code: "closed", class: "PixelpoolError", message: "the batch was cancelled" };
const CLOSED: ErrorData = { code: "closed", class: "PixelpoolError", message: "the pool is closed" };
const failed = (error: ErrorData): CallOutcome => ({ kind: "failed", error });
const LOST = "a worker was lost";
const lost = (why: string): ErrorData => {
  return { code: "worker-lost", class: "PixelpoolError", message: `${LOST}: ${why}` };
};
const LATE = "it did not answer within 30 seconds";
const GONE = "it has ended, by a function's doing or from outside";

/** One of the workers. */
interface Member {
  readonly index: number;
  readonly endpoint: FunctionsEndpoint;
  /** It listens, and holds its locks where there are any. */
  isServing: boolean;
  /** Why it was told to end, or ends itself: its call ends when it is gone. */
  ended?: ErrorData;
  /** It has told that it ends, or cannot be understood: what else it says is not heard. */
  isUnheard?: true;
  /** Batches whose functions it is looking for. */
  readonly opening: Set<number>;
  /** What it works on. */
  current?: Waiting | undefined;
  /** Batches that it knows. */
  readonly batches: Set<number>;
  /** There where it holds locks: then their end alone tells that it is gone. */
  endWatch?: () => void;
  startTimer: ReturnType<typeof setTimeout> | undefined;
}

interface OpenBatch {
  callees: readonly Callee[];
  /** Resolves the answer to {@link FunctionCrew.open}; gone once a worker has answered. */
  opened?: ((refusal: Failure | undefined) => void) | undefined;
  /** Workers that were lost while they looked for its functions, and did nothing else. */
  losses: number;
  /** One was lost that had a call, too: the next one looks for them alone, so that it is known what ends it. */
  isAlone?: true;
}

export class FunctionCrew {
  readonly #options: FunctionCrewOptions;
  readonly #poolName = newPoolName();
  readonly #members = new Set<Member>();
  readonly #queue = new FairQueue<Waiting>();
  readonly #batches = new Map<number, OpenBatch>();
  #isClosed = false;
  /** One that could not start is not tried again as long as others work. */
  #mayStart = true;

  constructor(options: FunctionCrewOptions) {
    this.#options = options;
  }

  /** Makes functions known, and has one worker look for them: resolves why one cannot be had. */
  async open(batch: number, callees: readonly Callee[]): Promise<Failure | undefined> {
    if (this.#isClosed) return { error: CLOSED };
    return new Promise((opened) => {
      this.#mayStart = true;
      this.#batches.set(batch, { callees, opened, losses: 0 });
      this.#pump();
    });
  }

  #answer(open: OpenBatch | undefined, refusal: Failure | undefined): void {
    const opened = open?.opened;
    if (!open || !opened) return;
    open.opened = undefined;
    opened(refusal);
  }

  /** Calls a function; `done` is called once. What is transferred with the call is gone, unless it ends before it has begun. */
  call(call: Call, transfer: Transferable[], done: (called: Called) => void): void {
    if (this.#isClosed || !this.#batches.has(call.batch)) {
      done({ outcome: failed(this.#isClosed ? CLOSED : CANCELLED), worker: 0 });
      return;
    }
    this.#queue.push(call.batch, { call, transfer, done });
    this.#pump();
  }

  /** Forgets a batch: what of it has not begun ends at once, what runs hears of it, and costs its worker where it goes on. */
  forget(batch: number): void {
    const open = this.#batches.get(batch);
    if (!open) return;
    this.#batches.delete(batch);
    this.#answer(open, { error: CANCELLED });
    for (const { done } of this.#queue.remove(batch)) done({ outcome: failed(CANCELLED), worker: 0 });
    for (const member of this.#members) {
      if (member.batches.delete(batch)) member.endpoint.post({ type: "forget", batch }, []);
      const { current } = member;
      const isAtIt = current ? current.call.batch === batch : member.opening.has(batch);
      if (!isAtIt || !this.#options.endsAtWork) continue;
      setTimeout(() => {
        // What it has been given meanwhile is another batch's.
        const isStill = member.current === current && (current !== undefined || member.opening.has(batch));
        if (isStill && !member.ended) this.#end(member, CANCELLED);
      }, CANCEL_LIMIT_MS);
    }
  }

  /** Ends the workers; resolves when they are gone. */
  async stop(): Promise<void> {
    this.#isClosed = true;
    for (const { done } of this.#queue.remove()) done({ outcome: failed(CLOSED), worker: 0 });
    for (const open of this.#batches.values()) this.#answer(open, { error: CLOSED });
    this.#batches.clear();
    for (const member of [...this.#members]) this.#end(member, CLOSED);
    await Promise.all([allGone(this.#poolName, GONE_LIMIT_MS), this.#options.gone?.()]);
    // Those of which nobody has told.
    for (const member of [...this.#members]) this.#finish(member, { outcome: failed(CLOSED), worker: member.index });
  }

  /** Asks and gives what waits to workers that are free, and starts some where there are too few. */
  #pump(): void {
    for (;;) {
      // One worker at a time: what they look for may end them.
      const isAsked = (batch: number) => [...this.#members].some(({ ended, opening }) => !ended && opening.has(batch));
      const asked = [...this.#batches].filter(([batch, { opened }]) => opened && !isAsked(batch));
      if (this.#queue.length === 0 && asked.length === 0) return;
      const living = [...this.#members].filter(({ ended }) => !ended);
      const free = living.find(
        ({ isServing, current, opening }) => isServing && !current && !this.#looksAlone(opening),
      );
      const alone = free && asked.find(([, { isAlone }]) => isAlone);
      if (alone) {
        this.#tell(free, alone[0]);
        continue;
      }
      const next = free && this.#queue.shift();
      if (free) for (const [batch] of asked) this.#tell(free, batch);
      if (next) {
        this.#give(free, next);
        continue;
      }
      if (free) return;
      const starting = living.filter(({ isServing }) => !isServing).length;
      const wanted = Math.max(this.#queue.length, 1);
      if (living.length >= this.#options.threads || starting >= wanted) return;
      if (!this.#mayStart && living.length > 0) return;
      this.#start();
    }
  }

  #looksAlone(opening: ReadonlySet<number>): boolean {
    return [...opening].some((batch) => {
      const open = this.#batches.get(batch);
      return open?.opened !== undefined && open.isAlone === true;
    });
  }

  #give(member: Member, waiting: Waiting): void {
    const { call, transfer, done } = waiting;
    this.#tell(member, call.batch);
    member.current = waiting;
    const { id, ...rest } = call;
    try {
      member.endpoint.post({ type: "call", ...rest, ...(canBeSent(id) && { id }) }, transfer);
    } catch (thrown) {
      member.current = undefined;
      const message = `the data could not be sent to a worker: ${inWords(thrown)}`;
      done({ outcome: failed({ code: "invalid-image", class: "TypeError", message }), worker: member.index });
    }
  }

  /** Makes a batch known to a worker. */
  #tell(member: Member, batch: number): void {
    const open = this.#batches.get(batch);
    if (!open || !member.isServing || member.batches.has(batch)) return;
    member.batches.add(batch);
    member.opening.add(batch);
    member.endpoint.post({ type: "open", batch, callees: open.callees }, []);
  }

  #start(): Member {
    const taken = new Set([...this.#members].map(({ index }) => index));
    let index = 0;
    while (taken.has(index)) index += 1;
    const endpoint = this.#options.spawn();
    const lockNames = newLockNames(this.#poolName, "functions");
    const startTimer = setTimeout(() => this.#lose(member, lost(LATE)), START_LIMIT_MS);
    const member: Member = { index, endpoint, isServing: false, opening: new Set(), batches: new Set(), startTimer };
    this.#members.add(member);
    endpoint.listen((said) => {
      // A function may post messages of its own.
      const message = said as typeof said | null | undefined;
      if (typeof message !== "object" || message === null) return;
      const isOurs = message.type === "serving" || ("mark" in message && message.mark === lockNames.own);
      if (!isOurs && !isOfStarter(message)) return;
      switch (message.type) {
        case "serving":
          endpoint.post({ type: "begin", lockNames }, []);
          return;
        case "alive":
          if (!this.#members.has(member)) return;
          clearTimeout(startTimer);
          if (message.held) member.endWatch = watch(lockNames, () => this.#lose(member, lost(GONE)));
          member.isServing = this.#mayStart = true;
          this.#pump();
          return;
        case "opened":
          member.opening.delete(message.batch);
          this.#answer(this.#batches.get(message.batch), message.refusal);
          // It may have been kept from other work until then.
          this.#pump();
          return;
        case "called": {
          const { current } = member;
          if (current?.call.call !== message.call || member.isUnheard) return;
          member.current = undefined;
          current.done({ outcome: message.outcome, worker: index, span: message.span });
          // What it was ended for may have come all the same.
          if (!member.ended) this.#pump();
          return;
        }
        case "ending":
          this.#endItself(member, message);
          return;
        case "broken":
          if (message.isUnreadable) this.#endUnread(member);
          // What a function lets go astray is no end of a worker; one that holds locks tells its end by them.
          else if (!member.endWatch) this.#lose(member, message.error);
      }
    });
    // One that was made before may have said that it is serving when nobody listened.
    endpoint.post({ type: "begin", lockNames }, []);
    return member;
  }

  /** A function, or a module that it loads, ends it. */
  #endItself(member: Member, { call, why = GONE }: FromFunctions & { type: "ending" }): void {
    if (member.ended) return;
    if (!member.isServing) {
      this.#lose(member, lost(why));
      return;
    }
    this.#giveBack(member, { hasBegun: member.current?.call.call === call });
    this.#countLoss(member, lost(why), call !== undefined);
    member.isUnheard = true;
    this.#end(member, lost(why));
  }

  /** A message of this worker could not be read: that is what its call has given back, or nobody knows what. */
  #endUnread(member: Member): void {
    const { current, ended, isServing } = member;
    if (ended) return;
    let error = lost("a message could not be read");
    if (!isServing) {
      this.#lose(member, error);
      return;
    }
    const filter = current && this.#batches.get(current.call.batch)?.callees[current.call.callee]?.label;
    if (filter !== undefined) {
      const message = `${filter}: what it has given back could not be read`;
      error = { code: "function-failed", class: "PixelpoolError", message, filter };
    }
    member.isUnheard = true;
    this.#end(member, error);
  }

  /** It is gone, or will never come. */
  #lose(member: Member, why: ErrorData): void {
    if (!this.#members.has(member)) return;
    const neverStarted = !member.isServing;
    const error = neverStarted ? this.#notStarted(why) : inOurWords(why);
    if (!member.ended) this.#countLoss(member, error, member.current !== undefined);
    this.#giveBack(member, { hasBegun: true });
    this.#finish(member, { outcome: failed(member.ended ?? error), worker: member.index });
    if (neverStarted) this.#mayStart = false;
    if (neverStarted && [...this.#members].every(({ isServing }) => !isServing)) {
      // The next one would not start either.
      for (const open of this.#batches.values()) this.#answer(open, { error });
      for (const { done } of this.#queue.remove()) done({ outcome: failed(error), worker: member.index });
    }
    this.#pump();
  }

  #notStarted(why: ErrorData): ErrorData {
    const { toStart } = this.#options;
    const error = inOurWords(why);
    const saysNothing = error.message.endsWith(GONE) || error.message.endsWith(LATE);
    return saysNothing && toStart ? { ...error, message: `${error.message}; ${toStart}` } : error;
  }

  /** Of a worker that is lost while it looks for functions: the next one may be lost in the same way, by what they are in. */
  #countLoss(member: Member, { message, ...error }: ErrorData, hadCall: boolean): void {
    for (const batch of member.opening) {
      const open = this.#batches.get(batch);
      if (!open) continue;
      if (hadCall) {
        open.isAlone = true;
        continue;
      }
      if ((open.losses += 1) < MOST_LOSSES) continue;
      const [first] = open.callees;
      const modules = new Set(open.callees.map(({ address, label }) => address ?? label));
      const told = message.replace(LOST, () => `${LOST} while it loaded ${[...modules].join(", ")}`);
      this.#answer(open, { error: { ...error, message: told, ...(first && { filter: first.label }) } });
    }
  }

  /**
   * Has another worker make a call where that can be: its data are there still, and nobody has written into them. That is so where the
   * call has not begun, or works on a copy.
   */
  #giveBack(member: Member, { hasBegun }: { hasBegun: boolean }): void {
    const { current, ended } = member;
    if (!current || ended || current.isAgain) return;
    const { into, ...call } = current.call;
    const isGone = current.transfer.some((given) => given !== into);
    if (isGone || (hasBegun && call.input.kind !== "value") || !this.#batches.has(call.batch)) return;
    member.current = undefined;
    this.#queue.push(call.batch, { call, transfer: [], done: current.done, isAgain: true });
  }

  /** Ends a worker. Until it is gone it may write where it was told to, so its call is over only then. */
  #end(member: Member, error: ErrorData): void {
    member.ended = error;
    member.endpoint.terminate();
    const finish = () => this.#finish(member, { outcome: failed(error), worker: member.index });
    // Its lock tells, or its starter; else nobody does.
    if (!member.endWatch && member.endpoint.exited) void member.endpoint.exited.then(finish);
    else if (!member.endWatch) finish();
    this.#pump();
  }

  #finish(member: Member, called: Called): void {
    if (!this.#members.delete(member)) return;
    clearTimeout(member.startTimer);
    member.endWatch?.();
    member.endpoint.terminate();
    const { current } = member;
    member.current = undefined;
    current?.done(called);
  }
}

/** Starters of workers know no functions. */
function inOurWords(error: ErrorData): ErrorData {
  return error.message.endsWith(ENDED_FROM_OUTSIDE) ? lost(GONE) : error;
}
