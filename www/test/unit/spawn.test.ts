/** Ways of starting workers: what tells that a way is refused here, and what a policy has to do with it. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, type TestContext } from "node:test";
import { watchPolicy } from "../../src/policy.js";
import type { FromWorker } from "../../src/protocol.js";
import { inlineSpawner, WAYS, workerSpawner, type Spawner } from "../../src/spawn.js";

const SCRIPT = { worker: "var pixelpool={};\n", load: () => Promise.reject(new Error("not here")) };

/** A browser's worker of which a test says what becomes of it. */
class FakeWorker {
  static made: FakeWorker[] = [];
  static refusal: Error | undefined;
  onmessage: ((event: { data: FromWorker }) => void) | undefined;
  onerror: ((event: { message?: string; preventDefault: () => void }) => void) | undefined;
  readonly address: string;
  readonly type: string | undefined;

  constructor(address: string, { type }: WorkerOptions) {
    if (FakeWorker.refusal) throw FakeWorker.refusal;
    this.address = address;
    this.type = type;
    FakeWorker.made.push(this);
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

it("an engine that runs in place is told no names of locks, and holds none in the page's name", async () => {
  const told: unknown[] = [];
  const serve = () => (message: unknown) => told.push(message);
  const spawner = inlineSpawner({ ...SCRIPT, load: () => Promise.resolve({ serve }) });
  const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  const lockNames = { pool: "a", own: "b" };
  spawner.spawn(0).post({ type: "start", module, threads: 1, limit: 1, lockNames }, []);
  await nextTask();
  assert.deepEqual(told, [{ type: "start", module, threads: 1, limit: 1 }]);
});

describe("an engine in place that is lost", () => {
  /** What was loaded, and a way to speak for the engine. */
  function startInPlace() {
    const addresses: string[] = [];
    let say: (message: FromWorker) => void = () => assert.fail("it does not serve yet");
    const serve = (post: typeof say) => {
      say = post;
      return (message: { type: string }) => message.type === "stop" && post({ type: "stopped" });
    };
    const load = (address: string) => {
      addresses.push(address);
      return Promise.resolve({ serve });
    };
    const spawner = inlineSpawner({ ...SCRIPT, load });
    return { addresses, spawner, say: (message: FromWorker) => say(message) };
  }

  it("is followed by one with a module of its own, and others share one", async () => {
    const { addresses, spawner, say } = startInPlace();
    for (const index of [0, 1]) spawner.spawn(index);
    await nextTask();
    say({ type: "broken", error: { code: "worker-lost", class: "PixelpoolError", message: "unreachable" } });
    spawner.spawn(2);
    assert.equal(addresses[0], addresses[1]);
    assert.notEqual(addresses[1], addresses[2]);
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
    assert.match(await explained, /worker-src blob:$/);
    assert.match(await policy.explain(), /forbids workers from blob: addresses; it must have worker-src blob:$/);
    violate("require-trusted-types-for");
    assert.match(await policy.explain(), /^the page's .* has require-trusted-types-for 'script'; .*createScriptURL/);
    violate("img-src");
    violate("worker-src", "report");
    assert.match(await policy.explain(), /require-trusted-types-for/);
    policy.end();
    violate("worker-src");
    assert.match(await policy.explain(), /require-trusted-types-for/);
  });

  it("is told by the likely directives where the browser names none", async (t) => {
    const policy = watchPolicy();
    assert.match(await policy.explain(), /worker-src blob:.*require-trusted-types-for 'script'/);
    policy.end();
    const violate = browserEvents(t);
    const watched = watchPolicy();
    violate("img-src");
    assert.equal(await watched.explain(), await policy.explain());
    watched.end();
  });
});
