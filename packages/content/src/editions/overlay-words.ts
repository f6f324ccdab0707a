import { ContentError } from "../content-error.ts";
import { parseGlossary } from "../glossary.ts";
import type { Glossary } from "../glossary.ts";
import type { Vocabulary } from "../inline.ts";
import { nameSources, parseSources } from "../sources.ts";
import type { Sources } from "../sources.ts";
import type { BaseTexts } from "./base-texts.ts";
import type { EditionPlan } from "./edition-file.ts";
import type { EditionFolder } from "./edition-folder.ts";
import type { Override, Pinned } from "./override.ts";
import { pinSource, pinTerm } from "./pins.ts";

interface OwnWords {
  readonly glossary: Glossary;
  readonly sources: Sources;
  readonly overrides: readonly Override[];
}

/**
 * The edition's terms and sources over those of the base. One that the base has is only replaced on purpose.
 *
 * @throws ContentError
 */
export function overlayWords(below: Vocabulary, plan: EditionPlan, folder: EditionFolder, base: BaseTexts): OwnWords {
  const own = {
    terms: folder.has("glossary.yaml")
      ? parseGlossary(folder.read("glossary.yaml"), folder.pathOf("glossary.yaml"))
      : new Map<string, never>(),
    sources: folder.has("sources.yaml")
      ? parseSources(folder.read("sources.yaml"), folder.pathOf("sources.yaml"))
      : new Map<string, never>(),
  };
  const around = { plan, folder, base };
  const terms = hold("terms", own.terms, below.glossary, pinTerm, around);
  const sources = hold("sources", own.sources, below.sources, pinSource, around);
  return {
    glossary: new Map([...below.glossary, ...own.terms]),
    sources: nameSources([...new Map([...below.sources, ...own.sources])].map(([key, { entry }]) => [key, entry])),
    overrides: [...terms, ...sources],
  };
}

interface Around {
  readonly plan: EditionPlan;
  readonly folder: EditionFolder;
  readonly base: BaseTexts;
}

function hold<Entry>(
  list: "terms" | "sources",
  own: ReadonlyMap<string, Entry>,
  below: ReadonlyMap<string, Entry>,
  pinOf: (entry: Entry) => Pinned,
  { plan, folder, base }: Around,
): readonly Override[] {
  const file = list === "terms" ? "glossary.yaml" : "sources.yaml";
  const target = list === "terms" ? "term" : "source";
  const listed = new Set((plan[list] ?? []).map(({ replace }) => replace));
  const added = [...own].flatMap(([key, entry]): Override[] => {
    if (listed.has(key)) return [];
    const place = { path: folder.pathOf(file), line: 1 };
    if (below.has(key)) {
      const mend = `Take another key, or say in ${plan.path} that it is replaced: ${list}: [{replace: ${key}, why: …}].`;
      throw new ContentError(place, `The base has the ${target} "${key}" already.`, mend);
    }
    const ours = pinOf(entry).text;
    return [{ edition: plan.title, target, id: key, action: "add", why: "", place, state: "fits", ours }];
  });
  const replaced = (plan[list] ?? []).map(({ replace: key, pin, why }, index): Override => {
    const place = plan.placeOf(list, index);
    const entry = own.get(key);
    const found = below.get(key);
    if (entry === undefined) {
      const mend = `Write it there, or remove this entry.`;
      throw new ContentError(place, `${folder.pathOf(file)} has no ${target} "${key}".`, mend);
    }
    if (found === undefined && base.text(pin) === undefined) {
      const mend = "Remove this entry: what is new needs none.";
      throw new ContentError(place, `The base has no ${target} "${key}".`, mend);
    }
    const now = found === undefined ? undefined : pinOf(found);
    return {
      edition: plan.title,
      target,
      id: key,
      action: "replace",
      why,
      place,
      entry: [list, index],
      ...base.hold(pin, now, place),
      ...(now === undefined ? {} : { now }),
      ours: pinOf(entry).text,
    };
  });
  return [...added, ...replaced];
}
