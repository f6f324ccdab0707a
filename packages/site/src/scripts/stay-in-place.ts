/** By these a reader moves on: from then on the page stays where they put it. */
const signs = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

/**
 * Keeps the place that the address names where the reader arrived: what stands above it grows when claims become live and
 * discussions are found, and would push it away. Ends when the reader moves on.
 */
function stayInPlace(): void {
  let isThere = location.hash !== "";
  for (const sign of signs) addEventListener(sign, () => (isThere = false), { passive: true, capture: true });
  addEventListener("hashchange", () => (isThere = location.hash !== ""));
  new ResizeObserver(() => {
    if (isThere) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }).observe(document.body);
}

stayInPlace();
