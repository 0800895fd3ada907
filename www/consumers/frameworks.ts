/** Frameworks, which render on a server of theirs, or as they build, and run in the browser. */
import { cpSync } from "node:fs";
import path from "node:path";
import { newestNode } from "./runtimes.js";
import { ONLY_FILES, WORKER_OPTION } from "./bundlers.js";
import {
  asFiles,
  behindFront,
  cellOf,
  emittedIn,
  whileRunning,
  type Cells,
  type Consumer,
  type Look,
} from "./matrix.js";
import type { Outcome } from "./outcome.js";

const node = process.execPath;

/** How a development server of Vite's kind is started. */
const development = (program: string) => (port: number) => [
  program,
  "dev",
  "--port",
  String(port),
  "--host",
  "127.0.0.1",
];

const next: Consumer = {
  name: "next",
  section: "bundlers",
  run: async ({ project, row, browsers }) => {
    const program = "node_modules/next/dist/bin/next";
    const consumer = `Next.js ${project.version("next")}`;
    const file = (name: string) => path.join(project.folder, name);
    const serving = async (command: string, look: Look, more?: (url: string) => Promise<Cells>) => {
      const at = (port: number) => [program, command, "-p", String(port), "-H", "127.0.0.1"];
      return whileRunning(project, node, at, async (url) => {
        return { ...(await behindFront(browsers, url, look)), ...(await more?.(url)) };
      });
    };
    /** A pool in a route's handler, on the server. */
    const onServer = async (url: string) => {
      const outcome = (await (await fetch(`${url}/api`)).json()) as Outcome;
      return { notes: `on the server: ${cellOf(outcome, { mode: "shared" })}` };
    };
    await row({ consumer, how: "dev, Turbopack" }, () => serving("dev", {}));
    for (const [how, flags] of [
      ["Turbopack", []],
      ["webpack", ["--webpack"]],
    ] as const) {
      const build = () => project.run(node, [program, "build", ...flags], { limitMs: 8 * 60_000 });
      await row({ consumer, how: `build and start, ${how}` }, async () => {
        await build();
        const emitted = emittedIn(file(".next/static"));
        return { ...(await serving("start", {}, onServer)), emitted };
      });
      const title = { consumer, how: `build and start, ${how}, \`${ONLY_FILES}\``, configuration: WORKER_OPTION };
      await row(title, async () => {
        cpSync(file("app/pool.jsx"), file("pool.jsx"));
        cpSync(file("app/pool-worker.jsx"), file("app/pool.jsx"));
        try {
          await build();
          return await serving("start", { policy: ONLY_FILES });
        } finally {
          cpSync(file("pool.jsx"), file("app/pool.jsx"));
        }
      });
    }
  },
};

const astro: Consumer = {
  name: "astro",
  section: "bundlers",
  run: async ({ project, row, browsers }) => {
    const program = path.join(project.folder, "node_modules/astro/bin/astro.mjs");
    const consumer = `Astro ${project.version("astro")}`;
    const newest = newestNode();
    await row({ consumer, how: "dev" }, () =>
      whileRunning(project, newest, development(program), (url) => behindFront(browsers, url)),
    );
    for (const base of ["/", "/app/"]) {
      await row({ consumer, how: base === "/" ? "build" : "build, under /app/" }, async () => {
        const top = path.join(project.folder, `out${base.replace(/\W+/g, "-")}`);
        const out = path.join(top, base);
        await project.run(newest, [program, "build", "--outDir", out], { env: { BASE: base } });
        return { ...(await asFiles(browsers, top, { at: base })), emitted: emittedIn(out) };
      });
    }
  },
};

const sveltekit: Consumer = {
  name: "sveltekit",
  section: "bundlers",
  run: async ({ project, row, browsers }) => {
    const program = "node_modules/vite/bin/vite.js";
    const consumer = `SvelteKit ${project.version("@sveltejs/kit")}`;
    const newest = newestNode();
    await row({ consumer, how: "dev" }, () =>
      whileRunning(project, newest, development(program), (url) => behindFront(browsers, url)),
    );
    await row({ consumer, how: "build, prerendered" }, async () => {
      await project.run(newest, [program, "build"]);
      const out = path.join(project.folder, "out");
      return { ...(await asFiles(browsers, out)), emitted: emittedIn(out) };
    });
  },
};

export const frameworks = [next, astro, sveltekit];
