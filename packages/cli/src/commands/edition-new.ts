import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { writeFile } from "../files.ts";
import { UserError } from "../terminal.ts";

/**
 * Writes an edition that changes nothing yet, with an example of each thing that it may do.
 *
 * @returns what is to be done next
 * @throws UserError when the folder holds something, or its name is none for an edition
 */
export function newEdition(folder: string, options: { readonly title?: string; readonly owner?: string }): string {
  const path = resolve(folder);
  const name = basename(path);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    throw new UserError(`An edition's folder is named in lower-case words joined by hyphens; got "${name}".`);
  }
  if (existsSync(path) && (!statSync(path).isDirectory() || readdirSync(path).length > 0)) {
    throw new UserError(`${folder} is there already and is no empty folder. Name another.`);
  }
  for (const [what, text] of Object.entries({ title: options.title, owner: options.owner })) {
    if (text !== undefined && (text.trim() === "" || /<\/?[a-z]/i.test(text))) {
      throw new UserError(`The ${what} of an edition is plain words, without HTML; got "${text}".`);
    }
  }
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UserError(
      `Can not make ${folder} (${(error as NodeJS.ErrnoException).code ?? "unknown"}). Name another folder.`,
    );
  }
  const words = name.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  const title = options.title ?? (words.endsWith("andbook") ? words : `${words} handbook`);
  writeFile(join(path, "edition.yaml"), beginning(title, options.owner ?? "who answers for it"), false);
  return `Written to ${folder}. Next: look through edition.yaml, then: fieldbook edition build ${folder} -o OUT\n`;
}

const beginning = (title: string, owner: string): string => `title: ${JSON.stringify(title)}
owner: ${JSON.stringify(owner)}
base: fieldbook

# What the rings are called here.
# rings:
#   ready for production: paved road

# Pages: the Markdown of an added or replaced page stands in pages/<part>/<page>.md.
# pages:
#   - add: operate/our-regions
#     after: operate/fleet
#     why: We have two regions.
#   - hide: robust/overload
#     why: We teach it elsewhere.

# Passages, by page and id. The id of a passage is at the end of a link to it.
# blocks:
#   - after: operate/queues#the-knee
#     why: Our own number.
#     text: |
#       With us the queue of the gateway is bounded at 2,000 requests.

# Our own numbers: fieldbook edition verify runs the claims again with them.
# claims:
#   - claim: twenty-hard-dependencies
#     why: We have 35 hard dependencies.
#     parameters: { dependencies: 35 }
#     expect: { value: 96.5588, formula: 0.999^35 }

# After each change: fieldbook edition pin <folder>
`;
