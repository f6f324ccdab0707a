/** The choice of colours: the system's, light or dark. `early.js` has already set it on the page. */
import { keep } from "./device.ts";

const key = "fieldbook-colours";
const root = document.documentElement;
const selects = document.querySelectorAll<HTMLSelectElement>("select[data-colours-select]");

function choose(colours: string): void {
  if (colours === "light" || colours === "dark") root.dataset["colours"] = colours;
  else delete root.dataset["colours"];
  for (const select of selects) select.value = root.dataset["colours"] ?? "auto";
}

choose(root.dataset["colours"] ?? "auto");
for (const select of selects) {
  select.addEventListener("change", () => {
    choose(select.value);
    keep(key, select.value);
  });
}
