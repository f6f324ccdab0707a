import type { SystemData } from "./system-data.ts";

/** The custom element of a system's workbench: what it needs is loaded when it is on a page. */
class FieldbookWorkbench extends HTMLElement {
  connectedCallback(): void {
    void this.#wake();
  }

  async #wake(): Promise<void> {
    if (this.dataset["live"] === "true") return;
    const { makeWorkbench } = await import("./workbench.ts");
    makeWorkbench(this, JSON.parse(this.dataset["workbench"]!) as SystemData);
    this.dataset["live"] = "true";
  }
}

customElements.define("fieldbook-workbench", FieldbookWorkbench);
