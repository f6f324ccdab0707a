/** By these a reader moves on: from then on the page stays where they put it. */
const signs = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

/**
 * Watches the place that the address names. Claims above it grow when they become live, and push it away.
 *
 * @returns what scrolls back to the place, as long as the reader has not moved on since arriving there
 */
export function watchPlace(): () => void {
  let isThere = location.hash !== "";
  for (const sign of signs) addEventListener(sign, () => (isThere = false), { passive: true, capture: true });
  addEventListener("hashchange", () => (isThere = location.hash !== ""));
  return () => {
    if (!isThere) return;
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
}
