import { findSystem, systems } from "@fieldbook/lab";
import { describe, expect, it } from "vitest";
import { catchMutant, counterexampleHtml } from "./lab-counterexample.ts";
import { escapeHtml } from "./html.ts";
import { listPage, systemPage } from "./lab-pages.ts";

/** Pages are alike: a few of them are tested, since each takes its runs. */
const shown = ["raft", "two-phase-commit", "saga", "swim"];
const pages = new Map(shown.map((id) => [id, systemPage(findSystem(id), "code").html]));
const pageOf = (id: string): string => pages.get(id)!;

describe("the pages of the lab", () => {
  it("list every system once, with how many mutants it has", () => {
    const list = listPage();
    for (const { id, mutants } of systems) {
      expect(list.html.split(`href="/lab/${id}/"`)).toHaveLength(2);
      const entry = list.html.split("<li>").find((item) => item.includes(`href="/lab/${id}/"`))!;
      expect(entry).toContain(`${String(mutants.length)} mutants.`);
    }
  });

  it.each(shown)("tell all of %s without a script", (id) => {
    const html = pageOf(id);
    const system = findSystem(id);
    expect(html).toContain(escapeHtml(system.source));
    expect(html).toContain(escapeHtml(system.leavesOut));
    for (const { id: property, says } of system.properties) {
      expect(html).toContain(`<strong>${property}</strong>: ${escapeHtml(says)}`);
    }
    for (const { id: mutant, says, seen } of system.mutants) {
      expect(html).toContain(`<strong>${mutant}</strong>: ${escapeHtml(says)} Seen: ${escapeHtml(seen)}`);
    }
  });

  it.each(shown)("show a run of %s and a mutant's that is violated", (id) => {
    const html = pageOf(id);
    expect(html.split('data-figure="space-time"')).toHaveLength(3);
    expect(html).toContain('<h2 id="caught">');
    expect(html).toContain("<strong>violated</strong>");
    expect(html).not.toMatch(/undefined|NaN|Infinity|\[object/);
  });

  it("give no id twice on a page", () => {
    for (const html of pages.values()) {
      const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

describe("the mistake that a page shows", () => {
  const system = findSystem("raft");
  const caught = catchMutant(system)!;

  it("is that of a mutant, and the correct system does not make it", () => {
    const { result } = caught.shrunk;
    expect(result.verdict).toBe("violated");
    expect(result.plan.mutant).toBe(caught.mutant.id);
    const { mutant, ...correct } = result.plan;
    expect(mutant).toBeDefined();
    expect(system.run(correct, result.seed).verdict).toBe("holds");
  });

  it("is told with its faults and the control", () => {
    const html = counterexampleHtml(system, caught);
    expect(html).toContain(caught.mutant.id);
    expect(html).toMatch(/Faults that are left: .*crash of n\d/);
    expect(html).toContain("The correct system under the same plan: <strong>holds</strong>");
  });

  it("is none where no mutant is found", () => {
    const { plan, run, ...rest } = system;
    const sound = { ...rest, plan, run, mutants: [] };
    expect(catchMutant(sound)).toBeUndefined();
  });
});
