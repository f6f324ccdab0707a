/** The choice of colours: the system's, light or dark. `early.js` has already set it on the page. */

const key = "fieldbook-colours";
const root = document.documentElement;
const selects = document.querySelectorAll<HTMLSelectElement>("select[data-colours-select]");

function choose(colours: string): void {
  if (colours === "light" || colours === "dark") root.dataset["colours"] = colours;
  else delete root.dataset["colours"];
  for (const select of selects) select.value = root.dataset["colours"] ?? "auto";
}

function keep(colours: string): void {
  try {
    localStorage.setItem(key, colours);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

choose(root.dataset["colours"] ?? "auto");
for (const select of selects) {
  select.addEventListener("change", () => {
    choose(select.value);
    keep(select.value);
  });
}
