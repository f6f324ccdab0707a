import type { ClaimData } from "./claim-data.ts";

/**
 * The custom element of a claim. All that it needs to become live is loaded when the claim comes near, is touched or is
 * what the address asks for.
 */
class FieldbookClaim extends HTMLElement {
  #waking = false;

  connectedCallback(): void {
    const wake = (): void => void this.#wake();
    const asked = new URL(location.href).searchParams.get("claim");
    if (this.id === `claim-${asked ?? ""}`) {
      wake();
      return;
    }
    for (const sign of ["pointerenter", "focusin", "touchstart"])
      this.addEventListener(sign, wake, { once: true, passive: true });
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        wake();
      },
      { rootMargin: "200px" },
    );
    observer.observe(this);
  }

  async #wake(): Promise<void> {
    if (this.#waking) return;
    this.#waking = true;
    const { makeLive } = await import("./live-claim.ts");
    makeLive(this, JSON.parse(this.dataset["claim"]!) as ClaimData);
    this.dataset["live"] = "true";
  }
}

customElements.define("fieldbook-claim", FieldbookClaim);

/** A link to a claim that this page does not have says so, rather than nothing. */
function sayWhenMissing(): void {
  const asked = new URL(location.href).searchParams.get("claim");
  if (asked === null || document.getElementById(`claim-${asked}`) !== null) return;
  const message = document.createElement("p");
  message.className = "claim-alert";
  message.setAttribute("role", "alert");
  message.textContent = `The link asks for the claim "${asked}", which is not on this page.`;
  document.querySelector(".sl-markdown-content")?.prepend(message);
}

sayWhenMissing();
