/** What was asked for on the command line; what cannot be is told in a line, and ends the program with 2. */
import { parseArgs } from "node:util";

/** A message, and the end. @param {unknown} error @returns {never} */
export function refuse(error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
}

/**
 * @template {NonNullable<import("node:util").ParseArgsConfig["options"]>} Options
 * @param {string} help What is printed for `--help`.
 * @param {Options} options
 */
export function readOptions(help, options) {
  if (process.argv.includes("--help")) {
    console.log(help);
    process.exit(0);
  }
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse(error);
  }
}

/** An option that is a number. @param {string} name @param {string} text @param {number} least */
export function numberIn(name, text, least) {
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number >= least) return number;
  return refuse(`--${name} must be a number of at least ${least}, got ${JSON.stringify(text)}`);
}
