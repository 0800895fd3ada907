export class Stop extends Error {}
export const say: (line: string) => void;
/** Resolves with what the program prints where it is quiet, else with nothing. */
export function run(
  command: string,
  args: readonly string[],
  options?: { env?: Record<string, string>; cwd?: string; timeout?: number; quiet?: boolean },
): Promise<string>;
