/** Light and dark: the system's choice until the visitor makes one. */
import { find } from "./dom.js";

type Theme = "light" | "dark";

const isTheme = (value: unknown): value is Theme => value === "light" || value === "dark";

/** Storage throws where the visitor has blocked it. */
function stored(): string | null {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

/** `onChange` is called when colours that are not CSS's must be painted again. */
export function setUpTheme(asked: string | null, onChange: () => void): void {
  const button = find("#theme", HTMLButtonElement);
  const system = matchMedia("(prefers-color-scheme: dark)");
  const initial = [asked, stored()].find(isTheme);
  if (initial) document.documentElement.dataset["theme"] = initial;

  const current = (): Theme => {
    const chosen = document.documentElement.dataset["theme"];
    return isTheme(chosen) ? chosen : system.matches ? "dark" : "light";
  };
  const show = (): void => {
    button.setAttribute("aria-pressed", String(current() === "dark"));
    onChange();
  };
  button.addEventListener("click", () => {
    const next = current() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Then the choice lasts as long as the page.
    }
    show();
  });
  system.addEventListener("change", show);
  show();
}
