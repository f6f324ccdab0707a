// Runs before the first paint: the colours that the reader chose, and the lens that the address names.
(() => {
  const root = document.documentElement;
  try {
    const colours = localStorage.getItem("fieldbook-colours");
    if (colours === "light" || colours === "dark") root.dataset.colours = colours;
  } catch {
    // Storage may be forbidden; the system's colours are used then.
  }
  if (location.protocol === "file:") {
    // Browsers run no modules from files: what needs them is not there, and the reader is told.
    addEventListener("DOMContentLoaded", () => {
      const note = document.createElement("p");
      note.className = "opened-as-file";
      note.textContent =
        "Opened as a file, this page is text and figures. To run experiments and to search, serve the folder with any web server, for instance: python3 -m http.server";
      (document.querySelector("main") ?? document.body).prepend(note);
    });
  }
  const lens = new URLSearchParams(location.search).get("lens");
  root.dataset.lens = lens === "manager" || lens === "executive" ? lens : "engineer";
})();
