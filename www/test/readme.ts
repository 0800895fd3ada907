/** The examples of the README: readme.test.ts runs them in a page as they stand, types.test.ts compiles them as TypeScript. */
import { readFileSync } from "node:fs";
import path from "node:path";

const README = readFileSync(path.resolve(import.meta.dirname, "../../README.md"), "utf8");

export const examples = [...README.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1] ?? "");

/** The addresses of modules that the README shows, by name: what examples import is what stands there. */
const modules = new Map(
  [...README.matchAll(/```js (\S+\.js)\n(.*?)```/gs)].map(([, name = "", code = ""]) => [
    name,
    `data:text/javascript,${encodeURIComponent(code)}`,
  ]),
);

/** An example that finds them. */
export const withModules = (example: string): string =>
  example.replace(/new URL\("\.\/(\S+\.js)", import\.meta\.url\)/g, (_, name: string) => {
    const address = modules.get(name);
    if (address === undefined) throw new Error(`the README shows no ${name}`);
    return JSON.stringify(address);
  });

const IMPORT = /^import .*\n/gm;

/** An example without its imports, to stand in a function. */
export const bodyOf = (example: string): string => example.replace(IMPORT, "");

/** An example as a module of TypeScript. What it takes as given has the types that the README's words give it. */
export function moduleOf(example: string): string {
  const imports = example.match(IMPORT)?.join("") ?? `import { createPool } from "pixelpool";\n`;
  return `${imports}
declare const files: File[];
declare const fileA: File, fileB: File;
declare const batch: (string | File)[][];
declare const context: CanvasRenderingContext2D;
declare const expect: (actual: unknown, wanted: unknown) => void;

export async function example(): Promise<void> {
${bodyOf(example)}}
`;
}
