import type { EngineInPlace } from "../../www/src/spawn.js";

/** The plain engine, for the thread that calls it: each call makes one of its own. */
export const create: EngineInPlace["create"];
