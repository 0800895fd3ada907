export const chromiumArgs: string[];
export function findChromium(): string | undefined;
export function findChromedriver(): string | undefined;
export function ensureBrowser(): Promise<{ chromium: string; chromedriver: string }>;
