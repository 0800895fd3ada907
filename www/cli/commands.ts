/** The commands and their options: what `--help` shows. */
import { Argument, Command, Option } from "commander";
import { type Given, readBytes, readColor, readQuality, readThreads } from "./options.js";
import { run } from "./run.js";
import { showFilters } from "./show-filters.js";
import { showInfo } from "./show-info.js";
import { ALL_WELL } from "./stop.js";

const EXAMPLES = `
A step is the name of a filter with its parameters, "NAME parameter=value …", or JSON. Quote it, and patterns: then they
mean the same in every shell. Results keep their folders below the fixed part of a pattern.

  pixelpool run "resize width=1600 fit=inside" "unsharpMask sigma=0.8" --out small --type webp --quality 0.8 'photos/**/*.jpg'
  pixelpool run --chain chain.json --out small photos

Exit codes: 0 all is well, 1 some file has failed, 2 wrong usage, 128 + n ended by signal n.`;

/** The program; `finish` is told the exit code of the command that has run. */
export function makeProgram(version: string, signal: AbortSignal, finish: (code: number) => void): Command {
  const program = new Command("pixelpool")
    .description("Image filters and codecs for many files at once, on all cores.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError("(--help lists what there is)");
  addRun(program, signal, finish);
  program
    .command("filters")
    .description("list the filters, or what one of them takes")
    .argument("[name]", "the name of a filter")
    .option("--json", "as JSON, with everything that is known of them")
    .action((name: string | undefined, { json = false }: { json?: boolean }) => {
      process.stdout.write(`${showFilters(name, json)}\n`);
      finish(ALL_WELL);
    });
  program
    .command("info")
    .description("tell what files say of their pictures")
    .argument("<files...>", "files, folders and patterns")
    .option("--json", "a line of JSON for each file")
    .action(async (files: string[], { json = false }: { json?: boolean }) => {
      finish(await showInfo(files, json, signal));
    });
  return program;
}

function addRun(program: Command, signal: AbortSignal, finish: (code: number) => void): void {
  const choice = (flags: string, words: string, choices: readonly string[]) =>
    new Option(flags, words).choices(choices);
  const output = (option: Option) => option.helpGroup("Results:");
  const input = (option: Option) => option.helpGroup("Reading:");
  program
    .command("run")
    .description("run files through a chain of filters")
    .addArgument(new Argument("[operands...]", "steps of the chain, and files, folders and patterns"))
    .option("-o, --out <folder>", "where results go, which must be given; it is made where it is not there")
    .option("-c, --chain <file>", "a chain as JSON, whose steps come before those that are typed")
    .option("--dry-run", "only tell what would be written")
    .option("--json", "a line of JSON for each file, on the standard output")
    .option("-q, --quiet", "tell only of failures")
    .option(
      "--threads <number>",
      "threads at work, 1 to 256; default: as many as there are cores, 16 at most",
      readThreads,
    )
    .option("--memory-limit <bytes>", "bytes of pixels at a time, as in 512MiB, which is the default", readBytes)
    .addOption(new Option("--skip-existing", "leave out files whose results are there already").conflicts("overwrite"))
    .option("--overwrite", "replace results that are there already; never a file that is read")
    .addOption(
      output(choice("-t, --type <type>", "type of the results", ["jpeg", "png", "webp", "source"]).default("source")),
    )
    .addOption(
      output(new Option("--quality <number>", "0 to 1; 0.85 for a JPEG, 0.8 for a WebP").argParser(readQuality)),
    )
    .addOption(output(new Option("--lossless", "a WebP that keeps every pixel")))
    .addOption(
      output(
        new Option("--max-bytes <bytes>", "lower the quality until a file fits, as in 200kB").argParser(readBytes),
      ),
    )
    .addOption(
      output(new Option("--not-larger", "keep a file as it is where its pixels are the same and it would grow")),
    )
    .addOption(
      output(choice("--metadata <which>", "what else is in the file; color by default", ["none", "color", "keep"])),
    )
    .addOption(
      output(
        new Option("--background <color>", "what shows through in a JPEG, as #rrggbb; white by default").argParser(
          readColor,
        ),
      ),
    )
    .addOption(output(new Option("--progressive", "a JPEG that shows all of the image early")))
    .addOption(output(choice("--chroma <resolution>", "of a JPEG; 4:2:0 by default", ["4:2:0", "4:4:4"])))
    .addOption(
      input(
        choice("--shrink <how>", "fast: JPEGs are decoded smaller where the chain resizes first", ["exact", "fast"]),
      ),
    )
    .addOption(input(choice("--frames <which>", "of an animation; first by default", ["first", "refuse"])))
    .addOption(
      input(
        choice("--depth <bits>", "bits of a number; those of the file by default where the type holds them", [
          "8",
          "source",
        ]),
      ),
    )
    .addOption(input(choice("--color-space <space>", "srgb by default: colours are converted", ["srgb", "source"])))
    .addHelpText("after", EXAMPLES)
    .action(async (operands: string[], given: Given) => {
      finish(await run(operands, given, signal));
    });
}
