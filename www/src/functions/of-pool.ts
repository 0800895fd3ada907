/** The functions of the user's that a pool's chains call: loads what that needs with the first of them, and ends it with the pool. */
import { mistake, PixelpoolError } from "../errors.js";
import type { CallStep } from "./chain.js";
import type { FunctionsHost, FunctionsOptions, UserFunctions } from "./host.js";
import type { Relay, RelayOptions } from "./relay.js";

export class FunctionsOfPool {
  readonly #load: () => Promise<FunctionsHost>;
  readonly #options: FunctionsOptions;
  #started: Promise<UserFunctions> | undefined;
  #isEnded = false;

  constructor(load: () => Promise<FunctionsHost>, options: FunctionsOptions) {
    this.#load = load;
    this.#options = options;
  }

  /** Throws where a chain names a function that nobody can serve. */
  check(calls: readonly CallStep[]): void {
    if (this.#options.functions) return;
    const call = calls.find(({ callee }) => callee.address === undefined);
    if (!call) return;
    const { label } = call.callee;
    const message = `nobody serves the function "${label}": give createPool({ functions }) what makes a worker that does, or name a module`;
    throw mistake("TypeError", message, { code: "unknown-filter", filter: label });
  }

  /** The way of one call's items. Where what it needs cannot be loaded, that is tried again with the next call. */
  async relay(options: Omit<RelayOptions, "crewOf">): Promise<Relay> {
    this.#started ??= this.#load().then(({ startFunctions }) => startFunctions(this.#options));
    try {
      const functions = await this.#started;
      if (this.#isEnded) throw new PixelpoolError("the pool is closed", { code: "closed" });
      return functions.relay(options);
    } catch (error) {
      this.#started = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#isEnded = true;
    const functions = await this.#started?.catch(() => undefined);
    await functions?.stop();
  }
}
