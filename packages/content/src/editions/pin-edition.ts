import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { ContentError } from "../content-error.ts";
import { offerNames } from "../offer-names.ts";
import { assembleEdition } from "./assemble-edition.ts";
import type { AssembleEditionOptions } from "./assemble-edition.ts";
import { openEditionFolder } from "./edition-folder.ts";
import type { Override } from "./override.ts";

/** An override that is now held by the base of today. */
export interface PinnedOverride {
  readonly override: Override;
  readonly before: string | undefined;
  readonly pin: string;
}

/**
 * Says of each override that it was written for the base of today: writes its pin into `edition.yaml` and keeps the base's
 * words under `base/`. Comments stay as they are. Nothing is written when something is wrong.
 *
 * @param only ids of overrides; all when absent
 * @throws ContentError
 */
export function pinEdition(
  path: string,
  options: AssembleEditionOptions,
  only?: ReadonlySet<string>,
): readonly PinnedOverride[] {
  const book = assembleEdition(path, { ...options, isPinning: true });
  const folder = openEditionFolder(path);
  const document = parseDocument(folder.read("edition.yaml"));
  const title = String(document.get("title"));
  const own = book.overrides.filter(({ edition, entry }) => edition === title && entry !== undefined);
  for (const id of only ?? []) {
    if (own.some((override) => override.id === id)) continue;
    const known = own.map((override) => override.id);
    const mend = known.length === 0 ? "There are none." : offerNames(id, known);
    throw new ContentError({ path: folder.pathOf("edition.yaml"), line: 1 }, `There is no override "${id}".`, mend);
  }
  const pinned: PinnedOverride[] = [];
  const kept = new Map<string, string>();
  for (const override of own) {
    const { entry, now, action, id, baseThen, pin } = override;
    if (entry === undefined || (action === "add" && now === undefined)) continue;
    const before = document.getIn([...entry, "pin"]) as string | undefined;
    const isChosen = only === undefined || only.has(id);
    if (now === undefined || !isChosen) {
      if (pin !== undefined && baseThen !== undefined) kept.set(pin, baseThen);
      continue;
    }
    kept.set(now.hash, now.text);
    if (before === now.hash) continue;
    document.setIn([...entry, "pin"], now.hash);
    followBlock(document.getIn(entry), override);
    pinned.push({ override, before, pin: now.hash });
  }
  const file = join(folder.folder, "edition.yaml");
  mkdirSync(join(folder.folder, "base"), { recursive: true });
  for (const [hash, text] of kept) writeFileSync(join(folder.folder, "base", `${hash}.txt`), text);
  if (pinned.length > 0) {
    writeFileSync(`${file}.new`, document.toString({ lineWidth: 0 }));
    renameSync(`${file}.new`, file);
  }
  for (const old of folder.files) {
    const hash = /^base\/(.+)\.txt$/.exec(old)?.[1];
    if (hash !== undefined && !kept.has(hash)) rmSync(join(folder.folder, old));
  }
  return pinned;
}

/** A block whose id is made of its words has another id now. */
function followBlock(entry: unknown, { target, id, now }: Override): void {
  if (target !== "block" || now?.id === undefined || !isMap(entry)) return;
  const [page = ""] = id.split("#");
  for (const action of ["replace", "before", "after", "hide"]) {
    if (entry.get(action) === id) entry.set(action, `${page}#${now.id}`);
  }
}
