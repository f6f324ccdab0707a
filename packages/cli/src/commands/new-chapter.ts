import { completeValues } from "@fieldbook/lab";
import type { Claim } from "@fieldbook/lab";
import { parseDocument, YAMLSeq } from "yaml";
import { UserError } from "../terminal.ts";
import { checkNewId, claimFile, findTemplate } from "./new-claim.ts";
import type { ReadBookFile } from "./new-claim.ts";
import type { Draft } from "./try-draft.ts";

export interface ChapterOptions {
  readonly title: string;
  readonly owner: string;
  readonly like: string;
  readonly known: readonly Claim[];
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly read: ReadBookFile;
}

/**
 * A chapter with one proved claim and all that a chapter needs, and its places in the lists of the book.
 *
 * @throws UserError
 */
export function draftChapterFiles(
  id: string,
  options: ChapterOptions,
): { readonly files: Draft; readonly claim: string } {
  const [part = "", name = "", more] = id.split("/");
  if (!/^[a-z0-9-]+$/.test(part) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || more !== undefined) {
    throw new UserError(`A chapter is named by its part and file, for instance operate/caching; got "${id}".`);
  }
  const template = findTemplate(options.like, options.known);
  const claim = `${name}-first-claim`;
  checkNewId(claim, options.known);
  const files = new Map([
    [`${id}.md`, chapterText(claim, template, options)],
    [`${id}.claims.ts`, claimFile(claim, template)],
    ["parts.yaml", withChapter(options.read("parts.yaml"), part, name)],
    ["index.ts", withImport(options.read("index.ts"), id)],
    ["ledger.yaml", `${options.read("ledger.yaml").trimEnd()}\n${ledgerEntry(id, options)}`],
  ]);
  return { files, claim };
}

function withChapter(text: string, part: string, name: string): string {
  const document = parseDocument(text);
  const parts = document.toJS() as readonly { readonly id: string; readonly chapters: readonly string[] }[];
  const at = parts.findIndex(({ id }) => id === part);
  if (at < 0) {
    throw new UserError(
      `There is no part "${part}"; there are: ${parts.map(({ id }) => id).join(", ")}. Add one to book/parts.yaml.`,
    );
  }
  if (parts[at]?.chapters.includes(name) === true) throw new UserError(`There is a chapter "${part}/${name}" already.`);
  const chapters = document.getIn([at, "chapters"]);
  if (chapters instanceof YAMLSeq) chapters.add(name);
  return document.toString({ lineWidth: 0 });
}

/**
 * "operate/two-regions" becomes "operateTwoRegions": with its part a name is no reserved word, begins with no digit, and
 * is no other chapter's.
 */
const variableOf = (id: string): string =>
  id.replaceAll(/[-/]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The import among the others, in the order of their paths, and the entry behind the last of its part. */
function withImport(text: string, id: string): string {
  const variable = variableOf(id);
  const added = `import { claims as ${variable} } from "./${id}.claims.ts";`;
  const lines = text.split("\n");
  const imports = lines.filter((line) => line.startsWith("import { claims as"));
  const pathOf = (line: string): string => /"(.+)"/.exec(line)?.[1] ?? "";
  const next = imports.find((line) => pathOf(line) > pathOf(added));
  const at = next === undefined ? lines.lastIndexOf(imports.at(-1) ?? "") + 1 : lines.indexOf(next);
  lines.splice(at, 0, added);
  const part = `  "book/${id.split("/")[0] ?? ""}/`;
  const last = lines.findLastIndex((line) => line.startsWith(part));
  const end = last >= 0 ? last : lines.findLastIndex((line) => line.startsWith('  "book/'));
  lines.splice(end + 1, 0, `  "book/${id}.claims.ts": ${variable},`);
  return lines.join("\n");
}

const ledgerEntry = (id: string, { owner, today }: ChapterOptions): string => `- date: ${today}
  practice: ${id}
  to: assess
  who: ${JSON.stringify(owner)}
  why: Entered with its first draft.
`;

/** A number of the claim that is right as it stands: one of its parameters. */
function quoted(claim: string, template: Claim): string {
  const values = completeValues(template, template);
  const [name, spec] =
    Object.entries(template.experiment.parameters).find(([, one]) => one.kind === "integer" || one.kind === "number") ??
    [];
  if (name === undefined || spec === undefined) {
    throw new UserError(
      `The claim "${template.id}" has no number to quote in the executive's box. Give --like another.`,
    );
  }
  const unit = "unit" in spec && spec.unit !== "" ? ` ${spec.unit}` : "";
  return `:number[${String(values[name])}${unit}]{claim="${claim}" of="${name}"}`;
}

const chapterText = (claim: string, template: Claim, { title, owner, today }: ChapterOptions): string => `---
title: ${JSON.stringify(title)}
subtitle: In a few words, what it is about
summary: One or two plain sentences for lists of chapters.
owner: ${JSON.stringify(owner)}
ring: assess
reviewed: ${today}
reviewEveryDays: 180
---

Begin with a case that the reader has met. Say what the chapter is about.

:::lens{for=executive}
One number, ${quoted(claim, template)}, and what it means for the business. Ask: what would you have your own teams answer?
:::

:::lens{for=manager}
What to see to, and why.

- [ ] The first thing to check.
:::

## What happens

Say what the reader is about to see, and let them guess.

::claim{id="${claim}"}

Say why it is so.

## Limits

- What the model leaves out.
- Where the advice ends.
`;
