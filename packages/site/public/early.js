// Runs before the first paint: the colours that the reader chose, and the lens that the address names.
(() => {
  const root = document.documentElement;
  try {
    const colours = localStorage.getItem("fieldbook-colours");
    if (colours === "light" || colours === "dark") root.dataset.colours = colours;
  } catch {
    // Storage may be forbidden; the system's colours are used then.
  }
  const lens = new URLSearchParams(location.search).get("lens");
  root.dataset.lens = lens === "manager" || lens === "executive" ? lens : "engineer";
})();
