/**
 * Why a page may not start workers. Browsers tell what a Content Security Policy forbids in an event of its own, beside an error
 * that says little; what they tell is put into words here, with what the page can do about it.
 */

const POLICY = "the page's Content Security Policy";
const TRUST =
  'a Trusted Types policy called "default" whose createScriptURL returns the blob: addresses that it is given';

/** What keeps a worker from starting, by the name of the directive. */
const WORDS: Readonly<Record<string, string>> = {
  "worker-src": `${POLICY} forbids workers from blob: addresses; it must have worker-src blob:`,
  "require-trusted-types-for": `${POLICY} has require-trusted-types-for 'script'; with that the page needs ${TRUST}`,
};
const LIKELY = `where ${POLICY} says what workers may be started from, it must have worker-src blob:; where it has require-trusted-types-for 'script', the page needs ${TRUST}`;

export interface PolicyWatch {
  /** Why no worker starts, and what would be right. Names the directive where the browser tells it, else the likely ones. */
  explain: () => Promise<string>;
  end: () => void;
}

/** The browser tells what it has forbidden in a later task, and some browsers never do. */
const HEARSAY_MS = 50;

/** Notes from now on what the page's policy forbids. */
export function watchPolicy(): PolicyWatch {
  let words: string | undefined;
  let heard: () => void = () => undefined;
  const note = (event: Event) => {
    const { effectiveDirective, disposition } = event as SecurityPolicyViolationEvent;
    if (disposition === "report" || !WORDS[effectiveDirective]) return;
    words = WORDS[effectiveDirective];
    heard();
  };
  // Not every runtime has events of its own.
  const target = globalThis as Partial<Pick<EventTarget, "addEventListener" | "removeEventListener">>;
  target.addEventListener?.("securitypolicyviolation", note);
  return {
    explain: async () => {
      if (!words) {
        await new Promise<void>((resolve) => {
          heard = resolve;
          setTimeout(resolve, HEARSAY_MS);
        });
      }
      return words ?? LIKELY;
    },
    end: () => target.removeEventListener?.("securitypolicyviolation", note),
  };
}
