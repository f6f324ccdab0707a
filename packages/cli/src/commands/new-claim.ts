import type { AnyValues, Claim, Expectation } from "@fieldbook/lab";
import { UserError } from "../terminal.ts";
import type { Draft } from "./try-draft.ts";

/** Reads a file of the book; a UserError when it is not there. */
export type ReadBookFile = (file: string) => string;

const idForm = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** @throws UserError when it is none, or taken */
export function checkNewId(id: string, known: readonly Claim[]): void {
  if (!idForm.test(id)) throw new UserError(`An id is lower-case words joined by hyphens; got "${id}".`);
  if (known.some((claim) => claim.id === id)) throw new UserError(`There is a claim "${id}" already. Take another id.`);
}

/** @throws UserError that names the claims there are */
export function findTemplate(like: string, known: readonly Claim[]): Claim {
  const found = known.find(({ id }) => id === like);
  if (found !== undefined) return found;
  throw new UserError(`There is no claim "${like}"; there are: ${known.map(({ id }) => id).join(", ")}.`);
}

/** "soft-landing" becomes "softLanding". What could be a reserved word, a function of the lab or the list itself does not. */
const variableOf = (id: string): string => {
  const name = id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  if (/^\d/.test(name)) return `claim${name}`;
  return id.includes("-") && name !== "findExperiment" ? name : `${name}Claim`;
};

const literal = (value: unknown): string => JSON.stringify(value);

const valuesCode = (values: AnyValues): string =>
  `{ ${Object.entries(values)
    .map(([name, value]) => `${name}: ${literal(value)}`)
    .join(", ")} }`;

function expectationCode(expect: Expectation): string {
  const { kind, ...rest } = expect;
  const { property, metric, ...bounds } = rest as { property?: string; metric?: string } & AnyValues;
  return `${kind}(${literal(property ?? metric)}, ${valuesCode(bounds)})`;
}

/** A declaration of the claim in TypeScript, under another id. */
export function claimCode(id: string, template: Claim): string {
  const { control, guess } = template;
  const inFigure = (name: string | undefined): string => (name === undefined ? "" : `  inFigure: ${literal(name)},\n`);
  return `// Begun from "${template.id}": change the sentence, the numbers and the control.
const ${variableOf(id)} = claim({
  id: ${literal(id)},
  says: ${literal(template.says)},
  experiment: findExperiment(${literal(template.experiment.id)}),
  parameters: ${valuesCode(template.parameters)},
  expect: ${expectationCode(template.expect)},
${inFigure(template.inFigure)}  control: {
  ${inFigure(control.inFigure)}  label: ${literal(control.label)},
    says: ${literal(control.says)},
    parameters: ${valuesCode(control.parameters)},
    expect: ${expectationCode(control.expect)},
  },
  knobs: ${literal(template.knobs)},
  guess: ${literal(guess)},
  sources: ${literal(template.sources)},
  leavesOut: ${literal(template.leavesOut)},
  breaksWhen: ${literal(template.breaksWhen)},
});
`;
}

const needed = ({ expect, control }: Claim): readonly string[] =>
  [...new Set(["claim", "findExperiment", expect.kind, control.expect.kind])].toSorted();

/** A file with this claim alone. */
export const claimFile = (id: string, template: Claim): string => `import type { Claim } from "@fieldbook/lab";
import { ${needed(template).join(", ")} } from "@fieldbook/lab";

${claimCode(id, template)}
export const claims: readonly Claim[] = [${variableOf(id)}];
`;

const imports = /import \{ (?<names>[^}]+) \} from "@fieldbook\/lab";/;
const list = /export const claims: readonly Claim\[\] = \[(?<names>[^\]]*)\];/;

/** Adds the claim to a file of claims. */
function withClaim(text: string, id: string, template: Claim, file: string): string {
  const imported = imports.exec(text)?.groups?.["names"];
  const listed = list.exec(text)?.groups?.["names"];
  if (imported === undefined || listed === undefined) {
    throw new UserError(
      `book/${file} does not end in \`export const claims: readonly Claim[] = […];\`. Add the claim by hand.`,
    );
  }
  const split = (names: string): string[] =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
  const all = [...new Set([...split(imported), ...needed(template)])].toSorted((one, other) =>
    one.localeCompare(other, "en"),
  );
  return text
    .replace(imports, () => `import { ${all.join(", ")} } from "@fieldbook/lab";`)
    .replace(
      list,
      () =>
        `${claimCode(id, template)}\nexport const claims: readonly Claim[] = [${[...split(listed), variableOf(id)].join(", ")}];`,
    );
}

export interface ClaimOptions {
  readonly chapter: string;
  readonly like: string;
  readonly known: readonly Claim[];
  readonly read: ReadBookFile;
}

/**
 * A claim in a chapter that is there: its declaration, and its place above the limits.
 *
 * @throws UserError
 */
export function draftClaimFiles(id: string, { chapter, like, known, read }: ClaimOptions): Draft {
  checkNewId(id, known);
  const template = findTemplate(like, known);
  const text = read(`${chapter}.md`);
  const limits = text.indexOf("\n## Limits");
  if (limits < 0) throw new UserError(`book/${chapter}.md has no section "## Limits".`);
  const place = `${text.slice(0, limits)}\n::claim{id="${id}"}\n${text.slice(limits)}`;
  const file = `${chapter}.claims.ts`;
  return new Map([
    [`${chapter}.md`, place],
    [file, withClaim(read(file), id, template, file)],
  ]);
}
