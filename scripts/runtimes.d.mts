export const runtimes: readonly { name: string; program: string; args: readonly string[]; hasWorkers: boolean }[];
export function ensureRuntimes(): Promise<void>;
