/** What a text begins with, without its Markdown: at most about 80 characters, and whole words. */
export function firstWords(body: string): string | null {
  const line = body.split("\n").find((each) => /[\p{L}\p{N}]/u.test(each)) ?? "";
  const words = line
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/^[\s>#*+-]+|[*_`~|]/g, "")
    .trim();
  if (words.length <= 80) return words === "" ? null : words;
  return `${words.slice(0, 80).replace(/\s+\S*$/, "")} …`;
}
