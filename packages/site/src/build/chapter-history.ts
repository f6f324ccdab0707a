import { execFileSync } from "node:child_process";

/** A version of a chapter's text. */
export interface ChapterVersion {
  /** The commit, shortened; undefined for a text that is not committed yet. */
  readonly commit: string | undefined;
  /** YYYY-MM-DD; undefined for a text that is not committed yet. */
  readonly date: string | undefined;
  /** The first line of what the author said of it. */
  readonly says: string;
  readonly text: string;
}

const mostVersions = 10;
const mostBytes = 16 * 1024 * 1024;

/** What git answers; undefined without git, outside of a work tree, or when it refuses. */
function git(folder: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      maxBuffer: mostBytes,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}

/**
 * The versions of a file, the newest first and the ten newest at most, followed through its other names. A text that is not
 * committed counts as the newest.
 *
 * @param file below the folder
 * @param text as it stands
 */
export function chapterHistory(folder: string, file: string, text: string): readonly ChapterVersion[] {
  const format = "--format=%x01%H%x09%as%x09%s";
  const log = git(folder, [
    "log",
    "--follow",
    `--max-count=${String(mostVersions)}`,
    format,
    "--name-only",
    "--",
    file,
  ]);
  const versions = (log ?? "").split("\u0001").flatMap((entry): ChapterVersion[] => {
    const [head = "", ...names] = entry.split("\n").filter((line) => line !== "");
    const [commit = "", date = "", says = ""] = head.split("\t");
    const [path] = names;
    const then = path === undefined ? undefined : git(folder, ["show", `${commit}:${path}`]);
    return then === undefined ? [] : [{ commit: commit.slice(0, 9), date, says, text: then }];
  });
  const [newest] = versions;
  // Without a history there is nothing that this text would be newer than.
  if (newest === undefined || newest.text === text) return versions;
  return [{ commit: undefined, date: undefined, says: "Not committed yet.", text }, ...versions];
}
