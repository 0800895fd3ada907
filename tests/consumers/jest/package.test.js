import { createPool } from "pixelpool";
import { expect, it } from "@jest/globals";
import { tryPackage } from "./app.js";

it("runs a pool", async () => {
  const outcome = await tryPackage(createPool);
  process.stdout.write(`outcome ${JSON.stringify(outcome)}\n`);
  expect(outcome.error).toBe(undefined);
});
