/** `pixelpool info`: what files say of their pictures. Nothing is decoded. */
import { inspect, type SourceInfo } from "../src/index.js";
import { findInputs, readInput } from "./inputs.js";
import { ALL_WELL, SOME_FAILED } from "./stop.js";
import { inBytes, inWords, withoutName } from "./words.js";

export async function showInfo(operands: readonly string[], json: boolean, signal: AbortSignal): Promise<number> {
  const { inputs, missing } = await findInputs(operands);
  let failures = 0;
  const fail = (file: string, message: string) => {
    failures += 1;
    if (json) process.stdout.write(`${JSON.stringify({ file, error: message })}\n`);
    process.stderr.write(`${file}: ${message}\n`);
  };
  for (const { operand, message } of missing) fail(operand, message);
  for (const { file } of inputs) {
    signal.throwIfAborted();
    try {
      const info = await inspect(await readInput(file));
      process.stdout.write(`${json ? JSON.stringify({ file, ...info }) : `${file}: ${inLine(info)}`}\n`);
    } catch (error) {
      fail(file, withoutName(inWords(error), file));
    }
  }
  return failures > 0 ? SOME_FAILED : ALL_WELL;
}

const COLORS: Readonly<Record<SourceInfo["colorSpace"], string>> = {
  srgb: "sRGB",
  "display-p3": "Display P3",
  other: "colours other than sRGB",
};

function inLine(info: SourceInfo): string {
  const { type, width, height, depth, channels, colorSpace, hasProfile, orientation, frames, bytes } = info;
  const parts = [
    `${type}, ${width} × ${height} px, ${channels} × ${depth} bits`,
    COLORS[colorSpace],
    ...(hasProfile ? ["with a profile"] : []),
    ...(orientation === 1 ? [] : [`orientation ${orientation}`]),
    ...(frames === 1 ? [] : [`${frames} pictures`]),
    inBytes(bytes),
  ];
  return parts.join(", ");
}
