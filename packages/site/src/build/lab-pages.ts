import { systemPicture, systems } from "@fieldbook/lab";
import type { System } from "@fieldbook/lab";
import { drawPicture } from "../figures/draw-picture.ts";
import type { SystemData } from "../workbench/system-data.ts";
import { escapeHtml } from "./html.ts";
import { catchMutant, counterexampleHtml } from "./lab-counterexample.ts";
import type { Page } from "./page.ts";

/** A run that a reader can follow with a finger: calm, with few operations. */
const shownOperations = 3;
const shownSeed = 1;

/** The list of all systems, and a page for each. @param code a digest of the sources that decide what a run does */
export const labPages = (code: string): readonly Page[] => [
  listPage(),
  ...systems.map((system) => systemPage(system, code)),
];

/** Every system with one sentence, and how many mutants it has. */
export function listPage(): Page {
  const mutants = systems.reduce((sum, system) => sum + system.mutants.length, 0);
  const entries = systems.map(
    ({ id, title, says, mutants: mistakes }) =>
      `<li><a href="/lab/${id}/">${escapeHtml(title)}</a>: ${escapeHtml(says)} ${String(mistakes.length)} mutants.</li>`,
  );
  const says =
    `${String(systems.length)} systems, each written to be read beside its paper, and ${String(mutants)} mutants: mistakes that people ` +
    "have really made. Run one, break it with faults, compare it with the correct one, and shrink what fails.";
  return {
    id: "lab",
    title: "The lab",
    description: "Systems to run, break, compare and shrink.",
    html: `<p>${escapeHtml(says)}</p>\n<ul>\n${entries.join("\n")}\n</ul>`,
    headings: [],
    contents: false,
  };
}

/** What one system is, a run of it, and one of its mutants caught; all of it readable without a script. */
export function systemPage(system: System, code: string): Page {
  const { id, title, says, source, leavesOut, properties, mutants, survives } = system;
  const caught = catchMutant(system);
  const list = (items: readonly string[]): string =>
    `<ul>\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`;
  const sections: readonly (readonly [slug: string, heading: string, html: string])[] = [
    ["workbench", "Run it", workbench(system, code)],
    [
      "properties",
      "What must hold",
      list(properties.map((one) => `<strong>${escapeHtml(one.id)}</strong>: ${escapeHtml(one.says)}`)),
    ],
    [
      "mutants",
      "Mistakes",
      list(
        mutants.map(
          (mutant) =>
            `<strong>${escapeHtml(mutant.id)}</strong>: ${escapeHtml(mutant.says)} Seen: ${escapeHtml(mutant.seen)}`,
        ),
      ),
    ],
    ...(caught === undefined ? [] : ([["caught", "One mistake, caught", counterexampleHtml(system, caught)]] as const)),
    [
      "survives",
      "What it is made to survive",
      `<p>${survives.length === 0 ? "No fault." : escapeHtml(`${survives.map((kind) => kind.replaceAll("-", " ")).join(", ")}.`)}</p>`,
    ],
    ["leaves-out", "What the model leaves out", `<p>${escapeHtml(leavesOut)}</p>`],
  ];
  const body = sections.map(([slug, heading, html]) => `<h2 id="${slug}">${heading}</h2>\n${html}`).join("\n");
  return {
    id: `lab/${id}`,
    title,
    description: says,
    html: `<p>${escapeHtml(says)}</p>\n<p>Written after ${escapeHtml(source)}.</p>\n${body}`,
    headings: sections.map(([slug, text]) => ({ depth: 2, slug, text })),
    contents: false,
  };
}

/** The place of the workbench, with one run that needs no script. */
function workbench(system: System, code: string): string {
  const { id, title, nodes, clients, operations, mutants, survives } = system;
  const plan = system.plan({ faults: "calm", operations: shownOperations }, shownSeed);
  const result = system.run(plan, shownSeed, { record: true });
  const data: SystemData = {
    id,
    title,
    sizes: { nodes, clients, operations, mutants: mutants.map((mutant) => mutant.id) },
    mutants: mutants.map((mutant) => ({ id: mutant.id, says: mutant.says })),
    survives,
    code,
  };
  const figure = drawPicture(systemPicture(system, result), `run-${id}`);
  const caption = `<p>A calm run of ${String(shownOperations)} operations, seed ${String(shownSeed)}. With JavaScript this is a workbench: faults, mutants, campaigns, shrinking.</p>`;
  return `<fieldbook-workbench class="not-content" data-workbench="${escapeHtml(JSON.stringify(data))}">${caption}${figure}</fieldbook-workbench>`;
}
