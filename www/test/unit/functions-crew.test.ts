/** The workers that call functions, with workers that the test plays itself: who is given what, and what is lost with whom. */
import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { FunctionCrew, type Called, type FunctionsEndpoint } from "../../src/functions/crew.js";
import type { Call, FromFunctions, ToFunctions } from "../../src/functions/messages.js";
import type { FromWorker } from "../../src/protocol.js";
import { lost, unreadable } from "../../src/spawn.js";

/** A worker in the test's hands. */
class Played implements FunctionsEndpoint {
  readonly heard: ToFunctions[] = [];
  isEnded = false;
  #hear: Parameters<FunctionsEndpoint["listen"]>[0] = () => undefined;

  /** Says something as a worker does: with the mark that it was given. */
  tell(message: FromFunctions): void {
    const begin = this.heard.find((heard) => heard.type === "begin");
    this.#hear({ ...message, mark: begin!.lockNames.own });
  }

  /** Has a function post something. */
  stray(message: unknown): void {
    this.#hear(structuredClone(message) as FromFunctions);
  }

  /** Says something as its starter does. */
  starterTells(message: FromWorker): void {
    this.#hear(message as Parameters<Parameters<FunctionsEndpoint["listen"]>[0]>[0]);
  }

  post(message: ToFunctions): void {
    // As a worker's would.
    this.heard.push(structuredClone(message));
  }

  listen(listener: Parameters<FunctionsEndpoint["listen"]>[0]): void {
    this.#hear = listener;
  }

  terminate(): void {
    this.isEnded = true;
  }

  /** Its calls. */
  get calls(): number[] {
    return this.heard.flatMap((message) => (message.type === "call" ? [message.call] : []));
  }

  begin(): void {
    this.tell({ type: "alive", held: false });
  }

  /** Answers its last call. */
  end(value: unknown): void {
    const call = this.calls.at(-1)!;
    this.tell({ type: "called", call, span: [1, 2], outcome: { kind: "value", value } } satisfies FromFunctions);
  }

  fail(message: string): void {
    this.starterTells(lost(message));
  }
}

function crewOf(threads: number, endsAtWork = true) {
  const played: Played[] = [];
  const spawn = () => {
    const worker = new Played();
    played.push(worker);
    return worker;
  };
  const crew = new FunctionCrew({ spawn, threads, endsAtWork, toStart: "it must serve" });
  const ends: [call: number, said: unknown, worker: number][] = [];
  const done =
    (number: number) =>
    ({ outcome, worker }: Called) => {
      const said = outcome.kind === "failed" ? outcome.error.code : (outcome as { value: unknown }).value;
      ends.push([number, said, worker]);
    };
  const call = (number: number, batch = 0, id: unknown = number) => {
    const made: Call = { call: number, batch, callee: 0, input: { kind: "value", value: number }, index: number, id };
    crew.call(made, [], done(number));
  };
  /** An image where it lies in shared memory, with a buffer for its result. */
  const callImage = (number: number) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const input = { kind: "shared", memory, address: 0, stays: false, width: 2, height: 1 } as const;
    const into = new ArrayBuffer(8);
    crew.call({ call: number, batch: 0, callee: 0, input, index: 0, into }, [into], done(number));
  };
  const open = (batch = 0) => crew.open(batch, [{ name: "f", label: "f", parameters: {} }]);
  return { crew, played, ends, call, callImage, open };
}

/** The same with a worker that has found the functions of the first batch. */
function servingCrew() {
  const crew = crewOf(1);
  void crew.open();
  crew.played[0]!.begin();
  crew.played[0]!.tell({ type: "opened", batch: 0 });
  return crew;
}

describe("the workers that call functions", () => {
  it("are started as they are needed, each with one call at a time, and no more of them than there are threads", async () => {
    const { played, ends, call, open } = crewOf(2);
    const opened = open();
    assert.equal(played.length, 1);
    played[0]!.begin();
    assert.deepEqual(
      played[0]!.heard.map(({ type }) => type),
      ["begin", "open"],
    );
    played[0]!.tell({ type: "opened", batch: 0 });
    assert.equal(await opened, undefined);
    for (const number of [1, 2, 3, 4]) call(number);
    assert.equal(played.length, 2);
    played[1]!.begin();
    assert.deepEqual([played[0]!.calls, played[1]!.calls], [[1], [2]]);
    played[1]!.end("b");
    played[1]!.end("c");
    played[0]!.end("a");
    assert.deepEqual(ends, [
      [2, "b", 1],
      [3, "c", 1],
      [1, "a", 0],
    ]);
    assert.deepEqual([played[0]!.calls, played[1]!.calls], [[1], [2, 3, 4]]);
  });

  it("tell why a function cannot be had, and ask the next worker where the one that was asked is lost", async () => {
    const { played, open } = crewOf(1);
    const opened = open();
    played[0]!.begin();
    played[0]!.fail("it was ended");
    assert.equal(played.length, 2);
    played[1]!.begin();
    const error = { code: "unsupported", class: "PixelpoolError", message: "no module" } as const;
    const refusal = { error };
    played[1]!.tell({ type: "opened", batch: 0, refusal });
    assert.deepEqual(await opened, refusal);
  });

  it("that are lost cost their own call and no other", () => {
    const { played, ends, call } = servingCrew();
    for (const number of [1, 2]) call(number);
    // An earlier call may have ended it, so this one is made again, after the others.
    played[0]!.fail("it was ended");
    assert.equal(ends.length, 0);
    assert.ok(played[0]!.isEnded);
    played[1]!.begin();
    played[1]!.end("b");
    assert.deepEqual(ends, [[2, "b", 0]]);
    assert.deepEqual(played[1]!.calls, [2, 1]);
    played[1]!.fail("it was ended");
    assert.deepEqual(ends.at(-1), [1, "worker-lost", 0]);
  });

  it("that a function ends have their own call lost, and no other that they were given", () => {
    const { played, ends, callImage } = servingCrew();
    for (const number of [1, 2]) callImage(number);
    played[0]!.tell({ type: "ending", call: 1, why: "something was thrown" });
    // What comes of it after all is not told: it would be luck.
    played[0]!.end("late");
    assert.deepEqual(ends, [[1, "worker-lost", 0]]);
    assert.ok(played[0]!.isEnded);
    played[1]!.begin();
    assert.deepEqual(played[1]!.calls, [2]);
    // An earlier call ends this one, too, before it has begun: it is there still, without the buffer for its result.
    assert.ok("into" in played[1]!.heard.at(-1)!);
    played[1]!.tell({ type: "ending", call: undefined });
    assert.equal(ends.length, 1);
    played[2]!.begin();
    assert.ok(!("into" in played[2]!.heard.at(-1)!));
    played[2]!.end("b");
    assert.deepEqual(ends.at(-1), [2, "b", 0]);
  });

  it("that a call on data of its own ends have it made again, once", () => {
    const { played, ends, call } = servingCrew();
    call(1);
    played[0]!.tell({ type: "ending", call: 1 });
    assert.deepEqual(ends, []);
    played[1]!.begin();
    played[1]!.tell({ type: "ending", call: 1 });
    assert.deepEqual(ends, [[1, "worker-lost", 0]]);
  });

  it("that end before they serve are not started again and again", async () => {
    const { played, open } = crewOf(2);
    const opened = open();
    played[0]!.tell({ type: "ending", call: undefined });
    assert.equal(
      (await opened)?.error.message,
      "a worker was lost: it has ended, by a function's doing or from outside; it must serve",
    );
    assert.equal(played.length, 1);
  });

  it("that are ended by a module, or by the call beside it, have the next one look for the module alone", async () => {
    const { played, ends, callImage, open } = servingCrew();
    for (const number of [1, 2, 3]) callImage(number);
    const opened = open(1);
    // It is asked with the next call, and the worker cannot know which of them ends it.
    played[0]!.end("a");
    assert.deepEqual(played[0]!.calls, [1, 2]);
    played[0]!.tell({ type: "ending", call: 2 });
    for (const at of [1, 2]) {
      played[at]!.begin();
      assert.deepEqual(played[at]!.calls, []);
      played[at]!.tell({ type: "ending", call: undefined });
    }
    assert.match((await opened)?.error.message ?? "", /^a worker was lost while it loaded f: /);
    played[3]!.begin();
    played[3]!.end("c");
    assert.deepEqual(ends, [
      [1, "a", 0],
      [2, "worker-lost", 0],
      [3, "c", 0],
    ]);
  });

  it("that are lost with an image that they may have begun to write into do not have another begin it", () => {
    const { played, ends, callImage } = servingCrew();
    callImage(3);
    played[0]!.fail("it was ended");
    assert.deepEqual(ends, [[3, "worker-lost", 0]]);
  });

  it("that end while they load a module say which", async () => {
    const { played, open } = crewOf(1);
    const opened = open();
    played[0]!.begin();
    played[0]!.tell({ type: "ending", call: undefined });
    played[1]!.begin();
    played[1]!.tell({ type: "ending", call: undefined });
    assert.deepEqual(await opened, {
      error: {
        ...{ class: "PixelpoolError", code: "worker-lost", filter: "f" },
        message: "a worker was lost while it loaded f: it has ended, by a function's doing or from outside",
      },
    });
  });

  it("whose message cannot be read have the call that it is from fail, once", () => {
    const { played, ends, call } = servingCrew();
    for (const number of [1, 2]) call(number);
    played[0]!.starterTells(unreadable);
    assert.deepEqual(ends, [[1, "function-failed", 0]]);
    played[1]!.begin();
    assert.deepEqual(played[1]!.calls, [2]);
  });

  it("ignore what a function posts by itself, whatever it is", () => {
    const { played, ends, call } = servingCrew();
    call(1);
    const outcome = { kind: "value", value: "forged" };
    const forged = [
      { type: "called", call: 1, span: [1, 2], outcome },
      { type: "ending", call: 1 },
      { type: "broken" },
    ];
    for (const message of [null, undefined, 5, "done", { type: "done" }, ...forged, lost("forged")]) {
      played[0]!.stray(message);
    }
    played[0]!.end("a");
    assert.deepEqual(ends, [[1, "a", 0]]);
  });

  it("that are ended by calls do not count against functions that were looked for there", async () => {
    const { played, ends, call, open } = servingCrew();
    for (const number of [1, 2, 3]) call(number, 0);
    const opened = open(1);
    for (const at of [0, 1]) {
      if (at > 0) played[at]!.begin();
      played[at]!.fail("it was ended");
    }
    // This one looks for them alone, and has calls when it has found them.
    played[2]!.begin();
    assert.deepEqual(played[2]!.calls, []);
    played[2]!.tell({ type: "opened", batch: 1 });
    assert.equal(await opened, undefined);
    played[2]!.fail("it was ended");
    for (const at of [3, 4, 5]) {
      played[at]!.begin();
      played[at]!.fail("it was ended");
    }
    assert.deepEqual(
      ends.map(([, said]) => said),
      Array(3).fill("worker-lost"),
    );
  });

  it("are not ended for a batch whose functions they look for when they have another batch's call by then", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const { crew, played, ends, call, open } = crewOf(1);
      void open(0);
      played[0]!.begin();
      played[0]!.tell({ type: "opened", batch: 0 });
      void open(1);
      crew.forget(1);
      call(1, 0);
      mock.timers.tick(1000);
      assert.ok(!played[0]!.isEnded);
      played[0]!.end("a");
      assert.deepEqual(ends, [[1, "a", 0]]);
    } finally {
      mock.timers.reset();
    }
  });

  it("fail what waits where the only one does not start", async () => {
    const { played, ends, call, open } = crewOf(1);
    const opened = open();
    call(1);
    played[0]!.fail("its script could not be loaded");
    const refusal = await opened;
    assert.equal(refusal?.error.message, "a worker was lost: its script could not be loaded");
    assert.deepEqual(ends, [[1, "worker-lost", 0]]);
  });

  it("hear that a batch is cancelled; one that goes on is ended, and its call is over with it", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const { crew, played, ends, call, open } = crewOf(1);
      void open(0);
      void open(1);
      played[0]!.begin();
      for (const number of [1, 2]) call(number, 0);
      call(3, 1);
      crew.forget(0);
      assert.deepEqual(ends, [[2, "closed", 0]]);
      assert.deepEqual(played[0]!.heard.at(-1), { type: "forget", batch: 0 });
      assert.ok(!played[0]!.isEnded);
      mock.timers.tick(1000);
      assert.ok(played[0]!.isEnded);
      assert.deepEqual(ends.at(-1), [1, "closed", 0]);
      played[1]!.begin();
      played[1]!.end("c");
      assert.deepEqual(ends.at(-1), [3, "c", 0]);
      call(4, 0);
      assert.deepEqual(ends.at(-1), [4, "closed", 0]);
    } finally {
      mock.timers.reset();
    }
  });

  it("that end a cancelled call in time stay, and so do those that cannot be ended", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      for (const endsAtWork of [true, false]) {
        const { crew, played, ends, call, open } = crewOf(1, endsAtWork);
        void open();
        played[0]!.begin();
        call(1);
        crew.forget(0);
        if (endsAtWork) played[0]!.end("in time");
        mock.timers.tick(1000);
        assert.ok(!played[0]!.isEnded);
        if (!endsAtWork) played[0]!.end("in time");
        assert.deepEqual(ends, [[1, "in time", 0]]);
      }
    } finally {
      mock.timers.reset();
    }
  });

  it("end with the pool, and take no more", async () => {
    const { crew, played, ends, call, open } = crewOf(2);
    const opened = open();
    played[0]!.begin();
    for (const number of [1, 2, 3]) call(number);
    await crew.stop();
    assert.ok(played.every(({ isEnded }) => isEnded));
    assert.deepEqual(ends.map(([number, said]) => [number, said]).sort(), [
      [1, "closed"],
      [2, "closed"],
      [3, "closed"],
    ]);
    assert.equal((await opened)?.error.code, "closed");
    call(4);
    assert.deepEqual(ends.at(-1), [4, "closed", 0]);
    assert.equal((await open(1))?.error.code, "closed");
  });

  it("are not told of an id that cannot be sent, and refuse data that cannot", () => {
    const { crew, played, ends, call, open } = crewOf(1);
    void open();
    played[0]!.begin();
    call(1, 0, () => undefined);
    assert.ok(!("id" in played[0]!.heard.at(-1)!));
    played[0]!.end("a");
    const input = { kind: "value", value: () => 1 } as const;
    crew.call({ call: 2, batch: 0, callee: 0, input, index: 1 }, [], ({ outcome }) => ends.push([2, outcome.kind, 0]));
    assert.deepEqual(ends.at(-1), [2, "failed", 0]);
    call(3);
    assert.deepEqual(played[0]!.calls, [1, 3]);
  });
});
