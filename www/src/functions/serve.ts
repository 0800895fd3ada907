/** What a worker of the user's calls to serve its functions. */
import { moduleOfRuntime } from "../place.js";
import type { UserFunction } from "../function-types.js";
import { typeName } from "../words.js";
import { listen, type Line } from "./worker.js";

/**
 * Serves functions to the pool that has started this worker (`createPool({ functions: () => new Worker(…) })`): each is a step of a chain,
 * `{ function: name }`, and is called once for every item. To be called once, before the worker waits for anything.
 *
 * @returns The same functions, whose type `createPool` can be told: `createPool<typeof functions>(…)`.
 */
export function serve<Functions extends Readonly<Record<string, UserFunction>>>(functions: Functions): Functions {
  for (const [name, served] of Object.entries(functions)) {
    if (typeof served !== "function") throw new TypeError(`serve: ${name} must be a function, got ${typeName(served)}`);
  }
  const threads = moduleOfRuntime("node:worker_threads") as { parentPort?: Line | null } | undefined;
  // Where the runtime has workers of the web, too, this is one of them or not.
  listen(threads?.parentPort ?? undefined, undefined, functions);
  return functions;
}
