export const chromiumArgs: string[];
export function findChromium(): string | undefined;
export function findChromedriver(): string | undefined;
export function ensureBrowser(): Promise<{ chromium: string; chromedriver: string }>;
export function findFirefox(): string | undefined;
export function findWebkit(): { driver: string; xvfb: string } | undefined;
export function ensureWebkit(): Promise<{ driver: string; xvfb: string } | undefined>;
export function ensureFirefox(): Promise<{ firefox: string }>;
