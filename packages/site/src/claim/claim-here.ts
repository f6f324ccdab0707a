import { completeValues } from "@fieldbook/lab";
import type { Claim, Evidence, ParameterValue } from "@fieldbook/lab";
import { element, escapeText, textElement } from "../figures/svg.ts";

/** A claim at an edition's own numbers. */
export interface HereData {
  readonly claim: Claim;
  readonly override: { readonly edition: string; readonly why: string };
  readonly evidence: Evidence;
  readonly handbook: Evidence | undefined;
  readonly standing: "holds" | "does not hold" | "no difference";
}

const verdicts = {
  holds: "it holds",
  "does not hold": "it does not hold",
  "no difference": "it holds, and without the mechanism it holds too: here the mechanism makes no difference",
} as const;

/** "devices 40,000 (the handbook has 10,000)": the parameters in which an edition differs, on either side. */
export function ownNumbers({ claim, handbook }: Pick<HereData, "claim" | "handbook">): readonly string[] {
  if (handbook === undefined) return [];
  const changed = (side: keyof Evidence["sides"]): readonly string[] => {
    const ours = completeValues(claim, side === "claim" ? claim : claim.control);
    const theirs = handbook.sides[side].parameters;
    return Object.entries(claim.experiment.parameters).flatMap(([name, spec]) => {
      const [own, base] = [ours[name], theirs[name]];
      if (own === undefined || base === undefined || own === base) return [];
      const unit = "unit" in spec && spec.unit !== "" ? ` ${spec.unit}` : "";
      return [`${spec.label} ${show(own)}${unit} (the handbook has ${show(base)}${unit})`];
    });
  };
  const onClaim = changed("claim");
  const onControl = changed("control").filter((one) => !onClaim.includes(one));
  return [...onClaim, ...onControl.map((one) => `in the control ${one}`)];
}

const show = (value: ParameterValue): string => (typeof value === "boolean" ? (value ? "on" : "off") : String(value));

/** In one sentence each: what the claim comes to at these numbers, why these, and what it is at the handbook's. */
export function renderClaimHere(here: HereData): string {
  const { override, evidence, handbook, standing } = here;
  const verdict = `At the numbers of ${override.edition} ${verdicts[standing]}`;
  const numbers = ownNumbers(here).join("; ");
  const base =
    handbook === undefined
      ? "At the handbook’s own numbers it is not proved by this engine."
      : `At the handbook’s own numbers it is proved (${handbook.date}).`;
  const parts = [
    `${textElement("strong", {}, verdict)}: ${escapeText(evidence.sides.claim.says)}.`,
    ...(numbers === "" ? [] : [`Numbers of our own: ${escapeText(numbers)}.`]),
    escapeText(override.why),
    escapeText(base),
  ];
  return element("p", { class: `claim-here ${standing.replaceAll(" ", "-")}` }, parts.join(" "));
}
