import { mostMentions } from "./thread.ts";

/** The handle of a name: lower case, what is neither letter nor digit becomes a hyphen; "person" when nothing is left. */
export function handleOf(name: string): string {
  const handle = name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 40)
    .replaceAll(/^-|-$/g, "");
  return handle === "" ? "person" : handle;
}

const code = /^(?:```|~~~)[\s\S]*?(?:^(?:```|~~~)|$(?![\s\S]))|`[^`\n]*`/gm;
const mention = /(?<![\p{L}\p{N}@/._-])@([\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*)/gu;

/** Handles that a post in Markdown names with an @, each once; not those in code, addresses and e-mail addresses. */
export function mentionsIn(body: string): readonly string[] {
  const names = new Set<string>();
  for (const [, name = ""] of body.replaceAll(code, " ").matchAll(mention)) names.add(name.toLowerCase());
  return [...names].slice(0, mostMentions);
}

/** As texts are compared in a search: one form of each letter, lower case. */
export const searchable = (text: string): string => text.normalize("NFKC").toLowerCase();
