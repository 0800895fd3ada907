import tseslint from "typescript-eslint";

/** A room may not look into another: see «Rules of the rooms» in the documentation of the project's structure. */
const forbid = (regex, message) => ({ "no-restricted-imports": ["error", { patterns: [{ regex, message }] }] });

export default tseslint.config(
  { ignores: ["dist", "target", "benches/target", ".tools", "node_modules", "www/src/generated"] },
  {
    files: ["www/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: "tsconfig.lint.json",
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Numbers are fit for templates.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["www/demo/**/*.ts"],
    ignores: ["www/demo/vite.config.ts"],
    rules: forbid(
      "^(?!pixelpool$|client-zip$|\\.{1,2}/)|\\.\\./(src|test|\\.\\.)/",
      "the demo knows only the public package",
    ),
  },
  {
    files: ["www/cli/**/*.ts"],
    rules: forbid(
      "^\\.\\./(?!src/(index|words|limits|output-name)\\.js$)",
      "the command line knows the public package, and a few of its words",
    ),
  },
  {
    files: ["www/src/ordered.ts", "www/src/protocol.ts"],
    rules: forbid("/(wasm|worker|pool)(\\.[jt]s)?$", "the order of results knows neither wasm nor workers"),
  },
  {
    files: ["www/src/metadata/**/*.ts"],
    rules: forbid(
      "^\\.\\./(?!headers/|(png-chunk|realm|views)\\.js$)",
      "metadata of files know containers, and neither pixels nor workers",
    ),
  },
  {
    files: ["www/test/**/*.ts"],
    rules: {
      // node:test's `test()` gives a promise that nobody needs to wait for.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["test", "it", "describe", "suite"] },
          ],
        },
      ],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["www/bench/peers/**/*.ts"],
    // Loops over pixels read within their arrays.
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["**/*.{js,mjs}"],
    extends: [tseslint.configs.recommended],
  },
);
