import { count, isProved, metricText, writeValue } from "@fieldbook/lab";
import type { Claim, Evidence, Parameter, ParameterValue, SideEvidence } from "@fieldbook/lab";
import { drawPicture } from "../figures/draw-picture.ts";
import { element, escapeText, textElement } from "../figures/svg.ts";
import { againstOf } from "./against.ts";
import { claimData, propertyOf } from "./claim-data.ts";
import type { ClaimData } from "./claim-data.ts";
import { metricsList } from "./metrics-list.ts";
import { words } from "../words/words.ts";
import { verdictMark } from "./verdict-text.ts";
import type { VerdictWord } from "./verdict-text.ts";

/**
 * A claim as it stands in the page: its sentence, what was found, one run drawn, the control, the parameters and the
 * limits. It needs no script; `client.ts` makes it live.
 *
 * @param evidence of this claim under this engine; without it the page says that nothing is verified
 * @param note what is to be said of it besides, as HTML
 */
export function renderStaticClaim(claim: Claim, evidence: Evidence | undefined, note = ""): string {
  const data = claimData(claim, evidence);
  const parts = [
    // What does not hold at an edition's own numbers is run, and not verified.
    heading(evidence !== undefined && isProved(evidence) ? evidence : undefined),
    textElement("p", { class: "claim-says", id: `claim-${claim.id}-says` }, claim.says),
    note,
    `<div class="claim-controls"></div>`,
    element("div", { class: "claim-result" }, result(claim, data, evidence?.sides.claim)),
    control(claim, evidence?.sides.control),
    parameters(data),
    limits(claim),
  ];
  const attributes = {
    // Starlight leaves alone what has the second class.
    class: "claim not-content",
    id: `claim-${claim.id}`,
    "data-claim": JSON.stringify(data),
    role: "group",
    "aria-labelledby": `claim-${claim.id}-says`,
  };
  return element("fieldbook-claim", attributes, parts.join(""));
}

function heading(evidence: Evidence | undefined): string {
  const label = textElement("span", { class: "claim-label" }, words.claim);
  if (evidence === undefined) {
    return element(
      "p",
      { class: "claim-head" },
      `${label} ${textElement("span", { class: "claim-unverified" }, words.notVerified)}`,
    );
  }
  const { engine, date, sides } = evidence;
  const runs = count(sides.claim.runs + sides.control.runs);
  const verified = words.verifiedClaim(date, engine.version, runs);
  const title = words.proved(engine.digest);
  return element(
    "p",
    { class: "claim-head" },
    `${label} ${textElement("span", { class: "claim-verified", title }, verified)}`,
  );
}

const verdictLine = (word: VerdictWord, says: string): string =>
  element(
    "p",
    { class: `claim-verdict ${word}` },
    `${verdictMark(word)} ${textElement("strong", {}, word)} ${escapeText(says)}`,
  );

/** "violated in 101 of …" after the word "violated" says it twice. */
const afterWord = (says: string, word: string): string =>
  says.startsWith(`${word} `) ? says.slice(word.length + 1) : `– ${says}`;

/** The finding; where it is not what was expected, as at an edition's own numbers, it is the opposite or unknown. */
function foundLine(side: SideEvidence): string {
  const word = side.met ? side.expect.kind : unmetWord(side);
  return verdictLine(word, afterWord(side.says, word));
}

function unmetWord({ expect, violated, interval }: SideEvidence): VerdictWord {
  if (expect.kind === "holds") return (violated ?? 0) > 0 ? "violated" : "unknown";
  if (expect.kind === "violated") return violated === 0 ? "holds" : "unknown";
  if (expect.kind === "differs") return "unknown";
  return expect.value < interval.low || expect.value > interval.high ? "differs" : "unknown";
}

/** What the campaign found, and the run of the shown seed. */
function result(claim: Claim, data: ClaimData, side: SideEvidence | undefined): string {
  const run = claim.experiment.run(data.sides.claim, data.seed);
  const against = againstOf(data, "claim", data.sides.claim);
  const picture = claim.experiment.picture(data.sides.claim, data.seed, against, propertyOf(data));
  const found = side === undefined ? verdictLine("unknown", `– ${words.notVerified}`) : foundLine(side);
  const { subject } = data;
  const here =
    subject.kind === "property"
      ? `${run.verdicts[subject.name]!.verdict} in the run of seed ${String(data.seed)}, drawn here.`
      : `${subject.spec.label} ${metricText(run.metrics[subject.name]!, subject.spec)} in the run of seed ${String(data.seed)}, drawn here.`;
  const caption = textElement("p", { class: "claim-caption" }, here);
  const means = Object.entries(side?.metrics ?? {}).map(([name, { mean }]) => [name, mean] as const);
  const measured = metricsList(data.metrics, run.metrics, Object.fromEntries(means));
  const figure = element("div", { class: "claim-figure" }, drawPicture(picture, `figure-${claim.id}`));
  return found + caption + measured + figure;
}

function control(claim: Claim, side: SideEvidence | undefined): string {
  const found = side === undefined ? "" : foundLine(side);
  const label = `${textElement("strong", {}, `${claim.control.label}:`)} ${escapeText(claim.control.says)}`;
  return element("div", { class: "claim-control" }, element("p", {}, label) + found);
}

/** A value with its unit, as the page writes it. */
function valueText(spec: Parameter, value: ParameterValue): string {
  if (spec.kind === "choice") return spec.options.find((option) => option.value === value)?.label ?? String(value);
  return writeValue(value) + ("unit" in spec && spec.unit !== "" ? ` ${spec.unit}` : "");
}

function parameters(data: ClaimData): string {
  const rows = Object.entries(data.parameters).map(([name, spec]) => {
    const claimed = valueText(spec, data.sides.claim[name]!);
    const other = valueText(spec, data.sides.control[name]!);
    const value = claimed === other ? claimed : `${claimed} (${words.controlValue(other)})`;
    // The blank is for those who see only the text: excerpts of the search, and what is copied.
    return element("div", {}, `${textElement("dt", {}, spec.label)} ${textElement("dd", {}, value)}`);
  });
  return element(
    "details",
    { class: "claim-parameters" },
    `${textElement("summary", {}, words.parameters)}${element("dl", {}, rows.join("\n"))}`,
  );
}

function limits({ leavesOut, breaksWhen, experiment }: Claim): string {
  const paragraphs = [
    `${textElement("strong", {}, words.leavesOut)} ${escapeText(`${leavesOut} ${experiment.leavesOut}`)}`,
    `${textElement("strong", {}, words.breaksWhen)} ${escapeText(breaksWhen)}`,
  ].map((content) => element("p", {}, content));
  return element(
    "details",
    { class: "claim-limits" },
    `${textElement("summary", {}, words.limits)}${paragraphs.join("")}`,
  );
}
