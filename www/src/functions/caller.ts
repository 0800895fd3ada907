/** Calls functions, one at a time, where a message says so. Runs in a worker, or on the page where there are none. */
import { inWords, PixelpoolError, toData, type ErrorData } from "../errors.js";
import { instead } from "../words.js";
import { CallImage, outcomeOf, type Sent } from "./image.js";
import type { Call, Callee, CallOutcome, Failure, FromFunctions, ToFunctions } from "./messages.js";
import { inPieces, type Thrown } from "./thrown.js";

/** Functions by name. */
export type Functions = Readonly<Record<string, unknown>>;

type Post = (message: FromFunctions, transfer: Transferable[]) => void;

type AnyFunction = (data: unknown, intensity: unknown, context: object) => unknown;

interface OpenBatch {
  callees: readonly { callee: Callee; call: AnyFunction }[];
  ended: AbortController;
}

/** Calls the functions of one worker. */
export interface Caller {
  receive: (message: Exclude<ToFunctions, { type: "begin" }>) => void;
  /** The call that it is at. */
  current: () => number | undefined;
}

/** Answers messages through `post`. `served` are the functions that have no module. */
export function serveCalls(post: Post, served?: Functions): Caller {
  const batches = new Map<number, Promise<OpenBatch>>();
  let current: number | undefined;
  const receive: Caller["receive"] = (message) => {
    const { batch } = message;
    switch (message.type) {
      case "open": {
        const opening = open(message.callees, served);
        batches.set(batch, opening);
        opening.then(
          () => post({ type: "opened", batch }, []),
          (error: unknown) => {
            post({ type: "opened", batch, refusal: whyNotOpened(error) }, []);
          },
        );
        return;
      }
      case "call":
        current = message.call;
        void run(message, batches.get(batch), (answer, transfer) => {
          post(answer, transfer);
          current = undefined;
        });
        return;
      case "forget":
        void batches.get(batch)?.then(
          ({ ended }) => ended.abort(new PixelpoolError("the batch was cancelled", { code: "closed" })),
          () => undefined,
        );
        batches.delete(batch);
    }
  };
  return { receive, current: () => current };
}

async function open(callees: readonly Callee[], served: Functions | undefined): Promise<OpenBatch> {
  const found = callees.map(async (callee) => ({ callee, call: await find(callee, served) }));
  return { callees: await Promise.all(found), ended: new AbortController() };
}

/** The function that a step calls. */
async function find({ address, name, label }: Callee, served: Functions = {}): Promise<AnyFunction> {
  const from = address === undefined ? served : await load(address, label);
  const found = Object.hasOwn(from, name) ? from[name] : undefined;
  if (typeof found === "function") return found as AnyFunction;
  const names = Object.keys(from).filter((other) => typeof from[other] === "function");
  const where = address === undefined ? "the worker serves" : `${address} exports`;
  const others = names.length > 0 ? instead(name, names) : "; it has none";
  const message = `${where} no function "${name}"${others}`;
  throw new PixelpoolError(message, { code: "unknown-filter", filter: label });
}

async function load(address: string, filter: string): Promise<Functions> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ address)) as Functions;
  } catch (cause) {
    const message = `${filter}: the module ${address} could not be loaded: ${inWords(cause)}`;
    throw new PixelpoolError(message, { code: "unsupported", filter }, { cause });
  }
}

const now = () => performance.timeOrigin + performance.now();

async function run(call: Call, opening: Promise<OpenBatch> | undefined, post: Post): Promise<void> {
  let start = now();
  let label = "a function";
  let sent: Sent;
  try {
    const batch = await opening;
    const step = batch?.callees[call.callee];
    if (!batch || !step) throw new PixelpoolError("the batch was cancelled", { code: "closed" });
    const { callee } = step;
    label = callee.label;
    const { input, intensity, id, index, into } = call;
    const image = input.kind === "value" ? undefined : new CallImage(input);
    const data = input.kind === "value" ? input.value : image;
    const context = { id, index, parameters: callee.parameters, signal: batch.ended.signal };
    start = now();
    sent = outcomeOf(await called(() => step.call(data, intensity, context)), image, input, into);
  } catch (thrown) {
    sent = { outcome: failure(thrown, label), transfer: [] };
  }
  const answer = (outcome: CallOutcome): FromFunctions => {
    return { type: "called", call: call.call, span: [start, now()], outcome };
  };
  try {
    post(answer(sent.outcome), sent.transfer);
  } catch (thrown) {
    const message = `${label}: what it has given back cannot be sent: ${inWords(thrown)}`;
    const error: ErrorData = { code: "function-failed", class: "PixelpoolError", message, filter: label };
    post(answer({ kind: "failed", error }), []);
  }
}

/** What a function has thrown, whatever code it has: the user's codes are not ours. */
class FunctionThrew extends Error {
  constructor(cause: unknown) {
    super(inWords(cause), { cause });
  }
}

async function called(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (cause) {
    throw cause instanceof PixelpoolError ? cause : new FunctionThrew(cause);
  }
}

function failure(thrown: unknown, filter: string): CallOutcome & { kind: "failed" } {
  if (thrown instanceof FunctionThrew) {
    const message = `${filter}: ${thrown.message}`;
    const error: ErrorData = { code: "function-failed", class: "PixelpoolError", message, filter };
    return { kind: "failed", error, ...causeOf(thrown) };
  }
  const data = toData(thrown, "function-failed");
  const error: ErrorData =
    data.filter === undefined ? { ...data, message: `${filter}: ${data.message}`, filter } : data;
  return { kind: "failed", error };
}

function whyNotOpened(thrown: unknown): Failure {
  return { error: toData(thrown, "unsupported"), ...(thrown instanceof PixelpoolError && causeOf(thrown)) };
}

function causeOf({ cause }: Error): { cause?: Thrown | undefined } {
  try {
    return cause === undefined ? {} : { cause: inPieces(cause) };
  } catch {
    // It cannot even be looked at.
    return {};
  }
}
