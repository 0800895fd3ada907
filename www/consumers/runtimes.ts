/** Runtimes, test frameworks, and the compilers of TypeScript: what is no page. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { runtimes as known } from "../../scripts/runtimes.mjs";
import { Stop } from "../../scripts/run.mjs";
import { cellOf, type Consumer } from "./matrix.js";
import type { Outcome } from "./outcome.js";

const node = process.execPath;

const NEWEST = "the newest Node";

/** The program of the newest Node: some frameworks no longer run in the oldest that the package does. */
export function newestNode(): string {
  const found = known.find(({ name, isMade }) => name === NEWEST && isMade);
  if (!found) throw new Stop("there is no newest Node for this system");
  return found.program;
}

const runtimes: Consumer = {
  name: "runtimes",
  section: "runtimes",
  run: async ({ project, row }) => {
    // One of them is a realm within Node, of which the test frameworks are the real ones.
    for (const { name, program, args } of known.filter(({ isMade, name }) => isMade && !name.startsWith("a realm"))) {
      const isNode = /Node/.test(name);
      const version = (await project.run(program, ["--version"])).match(/\d+\.\d+\.\d+/)?.[0] ?? "";
      const consumer = `${isNode ? "Node" : name} ${version}`;
      await row({ consumer, how: "a program" }, async () => {
        const { outcome, milliseconds } = await toldBy(() =>
          project.run(program, [...args, "program.mjs"], { limitMs: 60_000 }),
        );
        return { plain: cellOf(outcome, { mode: "shared" }), notes: `ended by itself after ${milliseconds} ms` };
      });
    }
  },
};

/** What a program prints among other things. */
async function toldBy(run: () => Promise<string>): Promise<{ outcome: Outcome; milliseconds: number }> {
  const begin = performance.now();
  const text = await run();
  const milliseconds = Math.round(performance.now() - begin);
  const line = text.split("\n").find((line) => line.includes('{"isolated":'));
  if (line === undefined) throw new Error(`it told of no outcome: ${text}`);
  return { outcome: JSON.parse(line.slice(line.indexOf("{"))) as Outcome, milliseconds };
}

const vitest: Consumer = {
  name: "vitest",
  section: "tests",
  run: async ({ project, row }) => {
    const consumer = `Vitest ${project.version("vitest")}`;
    for (const environment of ["node", "jsdom", "happy-dom"]) {
      const version = environment === "node" ? "" : ` ${project.version(environment)}`;
      await row({ consumer, how: `${environment}${version}` }, async () => {
        const args = ["node_modules/vitest/vitest.mjs", "run", "--environment", environment];
        const { outcome } = await toldBy(() => project.run(newestNode(), args, { limitMs: 120_000 }));
        return { plain: cellOf(outcome, { mode: outcome.mode ?? "" }) };
      });
    }
  },
};

const jest: Consumer = {
  name: "jest",
  section: "tests",
  run: async ({ project, row }) => {
    const consumer = `Jest ${project.version("jest")}`;
    for (const environment of ["node", "jsdom"]) {
      await row(
        { consumer, how: `ES modules, ${environment}`, configuration: "`--experimental-vm-modules`, as Jest wants" },
        async () => {
          const flags = ["--experimental-vm-modules", "--no-warnings"];
          const args = [...flags, "node_modules/jest/bin/jest.js", "--env", environment];
          const { outcome } = await toldBy(() => project.run(node, args, { limitMs: 120_000 }));
          return { plain: cellOf(outcome, { mode: outcome.mode ?? "" }) };
        },
      );
    }
  },
};

const types: Consumer = {
  name: "types",
  section: "types",
  run: async ({ project, row }) => {
    for (const name of ["typescript-5.4", "typescript-5.9", "typescript-6", "typescript-7"]) {
      for (const module of ["bundler", "node16", "nodenext"]) {
        await row({ consumer: `TypeScript ${project.version(name)}`, how: `strict, ${module}` }, async () => {
          const compilerOptions = {
            noEmit: true,
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            skipLibCheck: false,
            target: "es2022",
            lib: ["ES2022", "DOM"],
            types: [],
            ...(module === "bundler" ? { module: "esnext", moduleResolution: module } : { module }),
          };
          const config = JSON.stringify({ compilerOptions, files: ["program.ts"] });
          writeFileSync(path.join(project.folder, "tsconfig.json"), config);
          await project.run(node, [`node_modules/${name}/bin/tsc`, "-p", "."]);
          return { plain: "ok" };
        });
      }
    }
  },
};

export const runtimesAndTools = [runtimes, vitest, jest, types];
