/** Bundlers, each as its users call it; what they emit is served as files. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { asFiles, behindFront, emittedIn, whileRunning, type Consumer, type Place } from "./matrix.js";
import { root, type Project } from "./project.js";

const node = process.execPath;
/** A program of this repository's packages: of the same version as other tests use. */
const ownBin = (file: string) => path.join(root, "node_modules", file);

/** A policy under which no worker starts but from the page's own files. */
export const ONLY_FILES = "worker-src 'self'";
export const WORKER_OPTION = '`worker: () => new Worker(new URL("pixelpool/worker", import.meta.url))`';

/** How a bundler that is called once makes an entry into a folder. */
interface Build {
  consumer: string;
  how: string;
  command: (entry: string, out: string, base: string) => readonly string[];
  /** It starts from the page; else the page is written around its script. */
  fromPage?: boolean;
  script?: "module" | "classic";
  /** What runs the command; Node where nothing is said. */
  program?: string;
}

function writePage(folder: string, entry: string, type: "module" | "classic" = "module"): void {
  mkdirSync(folder, { recursive: true });
  const script = `<script ${type === "module" ? 'type="module"' : "defer"} src="./${entry}"></script>`;
  const head = `<!doctype html>\n<title>A consumer</title>\n<link rel="icon" href="data:,">`;
  writeFileSync(path.join(folder, "index.html"), `${head}\n${script}\n`);
}

/** What is served as `/`, and where in it the page lies. */
async function make(project: Project, build: Build, entry: string, base: string) {
  const name = `out-${build.how}-${path.parse(entry).name}-${base}`.replace(/\W+/g, "-");
  const top = path.join(project.folder, name);
  const out = path.join(top, base);
  if (build.fromPage) writePage(project.folder, entry);
  else writePage(out, "main.js", build.script);
  await project.run(build.program ?? node, build.command(entry, out, base));
  return { top, out };
}

/** Builds for `/` and for `/app/`, and looks at both. */
async function built({ project, row, browsers, isQuick }: Place, build: Build): Promise<void> {
  for (const base of isQuick ? ["/app/"] : ["/", "/app/"]) {
    const how = base === "/" ? build.how : `${build.how}, under /app/`;
    await row({ consumer: build.consumer, how }, async () => {
      const { top, out } = await make(project, build, "main.js", base);
      return { ...(await asFiles(browsers, top, { at: base })), emitted: emittedIn(out) };
    });
  }
}

/** The page names the package's worker by the bundler's means, and no other worker may start. */
async function builtWithWorker(place: Place, build: Build, entry = "main-worker.js", option = WORKER_OPTION) {
  const { project, row, browsers } = place;
  const title = { consumer: build.consumer, how: `${build.how}, \`${ONLY_FILES}\``, configuration: option };
  await row(title, async () => {
    const { top, out } = await make(project, build, entry, "/");
    return { ...(await asFiles(browsers, top, { policy: ONLY_FILES })), emitted: emittedIn(out) };
  });
}

/** Development servers are asked for their page. */
async function served(place: Place, consumer: string, how: string, args: (port: string) => readonly string[]) {
  const { project, row, browsers } = place;
  await row({ consumer, how }, async () => {
    writePage(project.folder, "main.js");
    const at = (port: number) => args(String(port));
    return whileRunning(project, node, at, (url) => behindFront(browsers, url));
  });
}

const viteBuild = (consumer: string, program: string): Build => ({
  consumer,
  how: "build",
  command: (_entry, out, base) => [program, "build", "--base", base, "--outDir", out, "--logLevel", "error"],
  fromPage: true,
});

const viteServe = (program: string) => (port: string) => [program, "--port", port, "--host", "127.0.0.1"];

const vite: Consumer = {
  name: "vite",
  section: "bundlers",
  project: "bundlers",
  isChosen: true,
  run: async (place) => {
    const { project, row, browsers } = place;
    const program = ownBin("vite/bin/vite.js");
    const consumer = `Vite ${project.version("vite")}`;
    if (!place.isQuick) await served(place, consumer, "dev", viteServe(program));
    const build = viteBuild(consumer, program);
    await built(place, build);
    await builtWithWorker(place, build);
    for (const browser of browsers.others) {
      await row({ consumer, how: `build, in ${browser}` }, async () => {
        const { top } = await make(project, build, "main.js", "/");
        return asFiles(browsers, top, { browser });
      });
    }
  },
};

const vite5: Consumer = {
  name: "vite-5",
  section: "bundlers",
  run: async (place) => {
    const program = "node_modules/vite/bin/vite.js";
    const consumer = `Vite ${place.project.version("vite")}`;
    await served(place, consumer, "dev", viteServe(program));
    await built(place, viteBuild(consumer, program));
    await builtWithWorker(place, viteBuild(consumer, program));
  },
};

/** Rspack takes what webpack takes. */
async function asWebpack(place: Place, consumer: string, program: string, more: readonly string[]): Promise<void> {
  for (const mode of ["production", "development"]) {
    const command: Build["command"] = (entry, out) => [
      program,
      ...more,
      "--mode",
      mode,
      "--entry",
      `./${entry}`,
      "-o",
      out,
    ];
    const build: Build = { consumer, how: mode, command, script: "classic" };
    if (mode === "production") {
      await built(place, build);
      await builtWithWorker(place, build);
    } else if (!place.isQuick) {
      const { project, row, browsers } = place;
      await row({ consumer, how: mode }, async () => {
        const { top } = await make(project, build, "main.js", "/");
        return asFiles(browsers, top);
      });
    }
  }
}

const webpack: Consumer = {
  name: "webpack",
  section: "bundlers",
  project: "bundlers",
  isChosen: true,
  run: (place) =>
    asWebpack(place, `webpack ${place.project.version("webpack")}`, "node_modules/webpack/bin/webpack.js", []),
};

const rspack: Consumer = {
  name: "rspack",
  section: "bundlers",
  run: (place) =>
    asWebpack(place, `Rspack ${place.project.version("@rspack/core")}`, "node_modules/@rspack/cli/bin/rspack.js", [
      "build",
    ]),
};

const rollup: Consumer = {
  name: "rollup",
  section: "bundlers",
  project: "bundlers",
  isChosen: true,
  run: (place) =>
    built(place, {
      consumer: `Rollup ${place.project.version("rollup")}`,
      how: "build, with node-resolve",
      command: (entry, out) => [
        "node_modules/rollup/dist/bin/rollup",
        entry,
        "-d",
        out,
        "-p",
        "node-resolve",
        "--silent",
      ],
    }),
};

const esbuild: Consumer = {
  name: "esbuild",
  section: "bundlers",
  project: "bundlers",
  isChosen: true,
  run: async (place) => {
    const consumer = `esbuild ${place.project.version("esbuild")}`;
    const kinds = { esm: ["--format=esm"], "esm, splitting": ["--format=esm", "--splitting"], iife: ["--format=iife"] };
    for (const [how, flags] of Object.entries(kinds)) {
      await built(place, {
        consumer,
        how,
        program: ownBin("esbuild/bin/esbuild"),
        command: (entry, out) => [entry, "--bundle", ...flags, `--outdir=${out}`, "--log-level=error"],
        script: how === "iife" ? "classic" : "module",
      });
    }
  },
};

const parcel: Consumer = {
  name: "parcel",
  section: "bundlers",
  run: async (place) => {
    const consumer = `Parcel ${place.project.version("parcel")}`;
    const program = "node_modules/parcel/lib/bin.js";
    const build: Build = {
      consumer,
      how: "build",
      command: (_entry, out, base) => [
        program,
        "build",
        "index.html",
        "--dist-dir",
        out,
        "--public-url",
        base,
        "--no-cache",
        "--no-source-maps",
      ],
      fromPage: true,
    };
    await served(place, consumer, "dev", (port) => [program, "serve", "index.html", "--port", port, "--no-cache"]);
    await built(place, build);
    await builtWithWorker(
      place,
      build,
      "main-worker-npm.js",
      WORKER_OPTION.replace("pixelpool/worker", "npm:pixelpool/dist/worker.js"),
    );
  },
};

export const bundlers = [vite, webpack, rollup, esbuild, vite5, rspack, parcel];
