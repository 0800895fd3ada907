/** Ways of starting workers: what tells that a way is refused here, and what a policy has to do with it. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, type TestContext } from "node:test";
import { trusted, watchPolicy } from "../../src/policy.js";
import type { FromWorker } from "../../src/protocol.js";
import { givenSpawner, inlineSpawner, WAYS, workerSpawner, type Spawner } from "../../src/spawn.js";

const SCRIPT = { worker: "var pixelpool={};\n" };

/** A browser's worker of which a test says what becomes of it. */
class FakeWorker {
  static made: FakeWorker[] = [];
  static refusal: Error | undefined;
  onmessage: ((event: { data: FromWorker }) => void) | undefined;
  onerror: ((event: { message?: string; preventDefault: () => void }) => void) | undefined;
  readonly told: unknown[] = [];
  readonly address: string;
  readonly type: string | undefined;

  constructor(address: string, { type }: WorkerOptions) {
    if (FakeWorker.refusal) throw FakeWorker.refusal;
    this.address = address;
    this.type = type;
    FakeWorker.made.push(this);
  }

  postMessage(message: unknown): void {
    this.told.push(message);
  }

  terminate(): void {
    // Nothing to end.
  }

  fail(message?: string): void {
    this.onerror?.({ ...(message !== undefined && { message }), preventDefault: () => undefined });
  }
}

/** The next thing that a worker of this way says. */
function start(spawner: Spawner): { said: FromWorker[]; worker: FakeWorker | undefined } {
  const said: FromWorker[] = [];
  const before = FakeWorker.made.length;
  spawner.spawn(0).listen((message) => said.push(message));
  return { said, worker: FakeWorker.made[before] };
}

const messages = (said: readonly FromWorker[]) =>
  said.map((message) => (message.type === "broken" ? message.error.message : message.type));

const nextTask = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  Object.assign(globalThis, { Worker: FakeWorker });
  FakeWorker.made = [];
  FakeWorker.refusal = undefined;
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, "Worker");
});

describe("a way of starting workers", () => {
  it("makes them of its type, from its kind of address, and has them listen", async () => {
    for (const way of WAYS) {
      const spawner = workerSpawner(SCRIPT, way);
      const { worker } = start(spawner);
      assert.equal(worker?.type, way.type);
      assert.ok(worker.address.startsWith(`${way.address}:`));
      assert.equal(await (await fetch(worker.address)).text(), "var pixelpool={};\npixelpool.listen();");
      spawner.dispose();
    }
  });

  it("is refused where the browser makes no worker, which is told as a loss and not thrown", async () => {
    FakeWorker.refusal = new DOMException("The operation is insecure.", "SecurityError");
    const spawner = workerSpawner(SCRIPT, WAYS[0]!);
    const { said } = start(spawner);
    assert.deepEqual(said, []);
    await nextTask();
    assert.deepEqual(messages(said), ["a worker was lost: The operation is insecure."]);
    assert.equal(spawner.refusal(), "The operation is insecure.");
    spawner.dispose();
  });

  it("is refused where the script is not loaded", () => {
    const spawner = workerSpawner(SCRIPT, WAYS[0]!);
    const { said, worker } = start(spawner);
    assert.equal(spawner.refusal(), undefined);
    worker!.fail();
    assert.deepEqual(messages(said), ["a worker was lost: its script could not be loaded"]);
    assert.equal(spawner.refusal(), "its script could not be loaded");
    spawner.dispose();
  });

  it("is not to blame for what the script throws, nor for anything once a worker has started", () => {
    const spawner = workerSpawner(SCRIPT, WAYS[0]!);
    const { said, worker } = start(spawner);
    worker!.fail("SyntaxError: not in this browser");
    assert.deepEqual(messages(said), ["a worker was lost: SyntaxError: not in this browser"]);
    worker!.onmessage?.({ data: { type: "alive" } });
    start(spawner).worker!.fail();
    assert.equal(spawner.refusal(), undefined);
    spawner.dispose();
  });
});

describe("the user's own way of starting workers", () => {
  it("is the address of their script, which is told the build", () => {
    const { worker } = start(givenSpawner("/worker.js", "threads"));
    assert.deepEqual([worker?.address, worker?.told], ["/worker.js", [{ type: "serve", build: "threads" }]]);
    assert.equal(start(givenSpawner(new URL("https://a.test/w.js"), "plain")).worker?.address, "https://a.test/w.js");
  });

  it("is a function, which is told what a worker is for", () => {
    const roles: string[] = [];
    const spawner = givenSpawner((role) => {
      roles.push(role);
      return new FakeWorker("own", {}) as unknown as Worker;
    }, "plain");
    assert.deepEqual(start(spawner).worker?.told, [{ type: "serve", build: "plain" }]);
    spawner.spawn();
    assert.deepEqual(roles, ["engine", "helper"]);
  });

  it("is refused where it makes none, throws, or names no script", async () => {
    const refusals: (string | undefined)[] = [];
    for (const make of [() => undefined, () => assert.fail("not today")] as unknown as (() => Worker)[]) {
      const spawner = givenSpawner(make, "plain");
      const { said } = start(spawner);
      await nextTask();
      assert.equal(said.length, 1);
      refusals.push(spawner.refusal());
    }
    const spawner = givenSpawner("/nowhere.js", "plain");
    start(spawner).worker!.fail();
    refusals.push(spawner.refusal());
    assert.deepEqual(refusals, [
      "the option worker must return a Worker, got undefined",
      "not today",
      "its script could not be loaded",
    ]);
  });
});

it("addresses of workers pass a policy of the package's own where a page has Trusted Types", (t) => {
  const made: string[] = [];
  const createPolicy = (name: string, { createScriptURL }: { createScriptURL: (address: string) => string }) => {
    made.push(name);
    return { createScriptURL: (address: string) => `trusted ${createScriptURL(address)}` };
  };
  t.after(() => Reflect.deleteProperty(globalThis, "trustedTypes"));
  const refuse = () => assert.fail("this policy is not allowed");
  Object.assign(globalThis, { trustedTypes: { createPolicy: refuse } });
  assert.equal(trusted("blob:1"), "blob:1");
  Object.assign(globalThis, { trustedTypes: { createPolicy } });
  assert.deepEqual([trusted("blob:2"), trusted("blob:3"), made], ["trusted blob:2", "trusted blob:3", ["pixelpool"]]);
});

it("an engine that runs in place is told no names of locks, and holds none in the page's name", async () => {
  const told: unknown[] = [];
  const serve = () => (message: unknown) => told.push(message);
  const spawner = inlineSpawner(() => Promise.resolve({ create: () => ({ serve }) }));
  const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  const lockNames = { pool: "a", own: "b" };
  spawner.spawn(0).post({ type: "start", module, threads: 1, limit: 1, lockNames }, []);
  await nextTask();
  assert.deepEqual(told, [{ type: "start", module, threads: 1, limit: 1 }]);
});

describe("an engine in place that is lost", () => {
  /** How many engines were made, and a way to speak for the last. */
  function startInPlace() {
    let made = 0;
    let say: (message: FromWorker, transfer: Transferable[]) => void = () => assert.fail("it does not serve yet");
    const serve = (post: typeof say) => {
      say = post;
      return (message: { type: string }) => {
        if (message.type === "stop") post({ type: "stopped" }, []);
      };
    };
    const create = () => {
      made += 1;
      return { serve };
    };
    const spawner = inlineSpawner(() => Promise.resolve({ create }));
    return { made: () => made, spawner, say: (message: FromWorker) => say(message, []) };
  }

  it("is followed by one of its own, as every engine is", async () => {
    const { made, spawner, say } = startInPlace();
    for (const index of [0, 1]) spawner.spawn(index);
    await nextTask();
    say({ type: "broken", error: { code: "worker-lost", class: "PixelpoolError", message: "unreachable" } });
    spawner.spawn(2);
    await nextTask();
    assert.equal(made(), 3);
  });

  it("says nothing once it is ended, not even that it has stopped", async () => {
    const { spawner } = startInPlace();
    const endpoint = spawner.spawn(0);
    const said: FromWorker[] = [];
    // Who ends it whenever it says something would do so for ever.
    endpoint.listen((message) => {
      said.push(message);
      if (said.length < 5) endpoint.terminate();
    });
    endpoint.post({ type: "stop" }, []);
    await nextTask();
    await nextTask();
    assert.deepEqual(messages(said), ["stopped"]);
  });
});

describe("what a policy forbids", () => {
  /** A browser's events on the global object, which Node has not. */
  function browserEvents(t: TestContext): (directive: string, disposition?: string) => void {
    const target = new EventTarget();
    const names = ["addEventListener", "removeEventListener"] as const;
    for (const name of names) Object.assign(globalThis, { [name]: target[name].bind(target) });
    t.after(() => {
      for (const name of names) Reflect.deleteProperty(globalThis, name);
    });
    return (effectiveDirective, disposition = "enforce") => {
      target.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), { effectiveDirective, disposition }));
    };
  }

  it("is told by the directive that the browser names, with what would be right", async (t) => {
    const violate = browserEvents(t);
    const policy = watchPolicy();
    const explained = policy.explain();
    violate("worker-src");
    assert.match(await explained, /forbids workers from there; it must have worker-src blob:, or 'self': then give/);
    violate("require-trusted-types-for");
    assert.match(
      await policy.explain(),
      /^the page's .* has require-trusted-types-for 'script'; .* trusted-types pixelpool$/,
    );
    violate("img-src");
    violate("worker-src", "report");
    assert.match(await policy.explain(), /require-trusted-types-for/);
    policy.end();
    violate("worker-src");
    assert.match(await policy.explain(), /require-trusted-types-for/);
  });

  it("is told by the likely directives where the browser names none", async (t) => {
    const policy = watchPolicy();
    assert.match(
      await policy.explain(),
      /worker-src blob:.*require-trusted-types-for 'script'.*trusted-types pixelpool/,
    );
    policy.end();
    const violate = browserEvents(t);
    const watched = watchPolicy();
    violate("img-src");
    assert.equal(await watched.explain(), await policy.explain());
    watched.end();
  });
});
