export const runtimes: readonly {
  name: string;
  program: string;
  args: readonly string[];
  isMade: boolean;
}[];
export function ensureRuntimes(): Promise<void>;
