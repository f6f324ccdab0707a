import { posix } from "node:path";

/** A file of the project as the rules see it: its path below the project's folder, with slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Problem {
  readonly rule: string;
  readonly path: string;
  readonly says: string;
}

/** A breach that is allowed, and why. */
export interface Exception {
  readonly rule: string;
  readonly path: string;
  readonly reason: string;
}

/** A room of the house: its folder, the name it is imported by, and its ways in. */
export interface Room {
  readonly folder: string;
  readonly name: string;
  /** Which rooms it may import; DESIGN's one direction. */
  readonly mayImport: readonly string[];
  /** The paths of `exports`, each with its file. */
  readonly doors: Readonly<Record<string, string>>;
}

const library = (name: string, mayImport: readonly string[], doors: Record<string, string> = {}): Room => ({
  folder: `packages/${name}`,
  name: `@fieldbook/${name}`,
  mayImport: mayImport.map((other) => `@fieldbook/${other}`),
  doors: { ".": "./src/index.ts", ...doors },
});

/** The house from the ground up: each room imports only from those named with it, all of which stand before it. */
export const rooms: readonly Room[] = [
  library("kernel", []),
  library("check", []),
  library("engine", ["kernel", "check"]),
  library("load", ["kernel"]),
  library("systems", ["engine", "check", "kernel"]),
  library("lab", ["engine", "load", "systems", "check", "kernel"], { "./node": "./src/node/index.ts" }),
  { ...library("book", ["lab"]), folder: "book", doors: { ".": "./index.ts", "./folder": "./folder.ts" } },
  // The server knows of texts what threads stand on, and nothing of Markdown or of the lab.
  library("content", ["lab"], { "./anchors": "./src/anchors/index.ts" }),
  // The pages are built, not imported; what they are made of is.
  { ...library("site", ["content", "lab", "book"]), doors: { "./static": "./src/build/static.ts" } },
  library("export", ["content", "lab", "site"], { "./chromium": "./src/chromium.ts" }),
  library("server", ["content", "lab", "book"], { "./testing": "./src/testing/index.ts" }),
  {
    ...library("cli", [
      "kernel",
      "check",
      "engine",
      "load",
      "systems",
      "lab",
      "book",
      "content",
      "site",
      "export",
      "server",
    ]),
    name: "fieldbook",
  },
];

/** Rooms whose code decides what a run does: no dependencies, no Node, nothing of the machine. */
const pureRooms = new Set(["kernel", "check", "engine", "load", "systems", "lab"].map((name) => `packages/${name}`));

/** The two places in the lower house that do know Node. */
const knowsNode = (path: string): boolean => path.startsWith("packages/lab/src/node/") || path === "book/folder.ts";

const isTest = (path: string): boolean => /\.(test|fixture)\.ts$|\/testing\//.test(path);

const roomOf = (path: string): Room | undefined => rooms.find((room) => path.startsWith(`${room.folder}/`));

/** What a file imports, as written: static and dynamic imports, re-exports, and CSS and Astro files likewise. */
export function importsOf(text: string): string[] {
  const forms = [
    /^\s*(?:import|export)\s[^"';]*?\bfrom\s*"([^"]+)"/gm,
    /^\s*(?:@import|import)\s+(?:url\()?"([^"]+)"/gm,
    /\bimport\(\s*"([^"]+)"/g,
  ];
  return forms.flatMap((form) => [...text.matchAll(form)].map((match) => match[1] ?? ""));
}

/** "@fieldbook/lab/node" → "@fieldbook/lab"; undefined for a path and for what the language's host brings. */
function packageOf(specifier: string): string | undefined {
  if (/^[./]/.test(specifier) || /^(node|astro|virtual):/.test(specifier)) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

type FileRule = (file: SourceFile) => string[];

function importsOneWay({ path, text }: SourceFile): string[] {
  const room = roomOf(path);
  if (room === undefined) return [];
  return importsOf(text).flatMap((specifier) => {
    const target = rooms.find(({ name }) => name === packageOf(specifier));
    if (target === undefined) return [];
    const door = `.${specifier.slice(target.name.length)}`;
    if (!Object.hasOwn(target.doors, door)) return [`"${specifier}" is no front door of ${target.folder}`];
    const mayImport = isTest(path)
      ? rooms.slice(0, rooms.indexOf(room))
      : rooms.filter(({ name }) => room.mayImport.includes(name));
    if (target === room || mayImport.includes(target)) return [];
    return [`${room.folder} may not import ${target.name}: imports run one way`];
  });
}

function staysInItsRoom({ path, text }: SourceFile): string[] {
  const room = roomOf(path);
  if (room === undefined) return [];
  return importsOf(text)
    .filter((specifier) => specifier.startsWith("."))
    .filter((specifier) => !posix.join(posix.dirname(path), specifier).startsWith(`${room.folder}/`))
    .map((specifier) => `"${specifier}" reaches into another package's files: import its front door`);
}

function decidesWithoutTheMachine({ path, text }: SourceFile): string[] {
  const room = roomOf(path);
  const pure = room !== undefined && (pureRooms.has(room.folder) || (room.folder === "book" && path.endsWith(".ts")));
  if (!pure || isTest(path) || knowsNode(path)) return [];
  return importsOf(text)
    .filter((specifier) => specifier.startsWith("node:") || /(^|\/)node(\/|$)|@fieldbook\/book\/folder/.test(specifier))
    .map((specifier) => `"${specifier}" belongs to the machine: what decides a run takes it as an argument`);
}

// A letter in brackets, so that this line does not break its own rule.
const marks = /\bT[O]DO\b|\bF[I]XME\b|\bH[A]CK\b|@ts-(?:i[g]nore|n[o]check)|\bas a[n]y\b/;

function isFinished({ text }: SourceFile): string[] {
  const mark = marks.exec(text);
  return mark === null ? [] : [`"${mark[0]}" marks unfinished or forced work: finish it`];
}

function leavesNoTestOut({ path, text }: SourceFile): string[] {
  if (!isTest(path)) return [];
  const left = /\b(?:it|test|describe)\.(?:skip|only|todo)\(/.exec(text);
  return left === null ? [] : [`"${left[0]}…" leaves tests out: only a visible skipIf with its reason may`];
}

function belongsToNoMachine({ text }: SourceFile): string[] {
  const place = /(?:^|["'`\s(])(\/(?:home|root|Users|work)\/[\w.-]+)/m.exec(text);
  return place === null ? [] : [`"${place[1] ?? ""}" exists on one machine only`];
}

function isPlainText({ text }: SourceFile): string[] {
  // Control characters but the line feed, and what has no width or turns the direction of writing.
  const odd = /(?!\n)[\p{Cc}\p{Cf}]/u.exec(text);
  if (odd === null) return [];
  const code = odd[0].codePointAt(0)?.toString(16).padStart(4, "0") ?? "";
  return [`the invisible character U+${code} stands at offset ${String(odd.index)}`];
}

const longestFile = 400;

/** The linter counts lines of what it reads; this is for style sheets and Astro's pages. */
function isShort({ path, text }: SourceFile): string[] {
  const lines = text.split("\n").length - 1;
  if (!/\.(css|astro)$/.test(path) || lines <= longestFile) return [];
  return [`${String(lines)} lines are more than ${String(longestFile)}: there is an idea missing that would divide it`];
}

const fileRules: Readonly<Record<string, FileRule>> = {
  "imports run one way": importsOneWay,
  "a package stays in its own files": staysInItsRoom,
  "what decides knows no machine": decidesWithoutTheMachine,
  "nothing is left unfinished": isFinished,
  "no test is left out": leavesNoTestOut,
  "nothing names one machine": belongsToNoMachine,
  "text is plain": isPlainText,
  "files are short": isShort,
};

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

const parse = <Shape>(files: readonly SourceFile[], path: string): Shape | undefined => {
  const file = files.find((candidate) => candidate.path === path);
  return file === undefined ? undefined : (JSON.parse(file.text) as Shape);
};

function frontDoors(files: readonly SourceFile[]): Problem[] {
  const rule = "a package has the front doors of the plan";
  return rooms.flatMap(({ folder, name, doors }) => {
    const path = `${folder}/package.json`;
    const manifest = parse<Manifest>(files, path);
    const missing = Object.values(doors).filter(
      (door) => !files.some((file) => file.path === posix.join(folder, door)),
    );
    const actual = JSON.stringify(manifest?.exports ?? {});
    return [
      ...(manifest?.name === name ? [] : [{ rule, path, says: `its name is not "${name}"` }]),
      ...(actual === JSON.stringify(doors) ? [] : [{ rule, path, says: `exports are not ${JSON.stringify(doors)}` }]),
      ...missing.map((door) => ({ rule, path, says: `the front door ${door} is missing` })),
    ];
  });
}

function dependencies(files: readonly SourceFile[]): Problem[] {
  const rule = "each dependency is declared and used";
  const forTests = new Set([
    ...Object.keys(parse<Manifest>(files, "package.json")?.devDependencies ?? {}),
    ...rooms.map(({ name }) => name),
  ]);
  return rooms.flatMap((room) => {
    const path = `${room.folder}/package.json`;
    const manifest = parse<Manifest>(files, path);
    const declared = Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies });
    const used = new Set<string>();
    const problems: Problem[] = [];
    for (const file of files.filter((candidate) => roomOf(candidate.path) === room)) {
      for (const name of importsOf(file.text).flatMap((specifier) => packageOf(specifier) ?? [])) {
        const found = [name, `@types/${name}`].filter((candidate) => declared.includes(candidate));
        for (const dependency of found) used.add(dependency);
        if (found.length === 0 && name !== room.name && !(isTest(file.path) && forTests.has(name))) {
          problems.push({ rule, path: file.path, says: `"${name}" is imported and not declared in ${path}` });
        }
      }
    }
    const idle = declared.filter((name) => !used.has(name));
    return [...problems, ...idle.map((name) => ({ rule, path, says: `"${name}" is declared and not imported` }))];
  });
}

/** "a/node_modules/b" is looked up as Node does: in its own folder, then in each one above. */
function isLocked(packages: Lock["packages"], from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (Object.hasOwn(packages, posix.join(folder, "node_modules", name))) return true;
    if (folder === "") return false;
  }
}

function lockFile(files: readonly SourceFile[]): Problem[] {
  const rule = "the lock file is whole, for every platform and any registry";
  const path = "package-lock.json";
  const packages = parse<Lock>(files, path)?.packages ?? {};
  return Object.entries(packages).flatMap(([folder, { resolved, optionalDependencies }]) => [
    ...(resolved?.includes("://") === true ? [{ rule, path, says: `${folder} names a registry's host` }] : []),
    ...Object.keys(optionalDependencies ?? {})
      .filter((name) => !isLocked(packages, folder, name))
      .map((name) => ({ rule, path, says: `${name}, which ${folder} takes on other platforms, is missing` })),
  ]);
}

/** All breaches of the house rules in these files. */
export function breaches(files: readonly SourceFile[]): Problem[] {
  const inFiles = files
    .filter(({ path }) => path !== "package-lock.json")
    .flatMap((file) =>
      Object.entries(fileRules).flatMap(([rule, find]) => find(file).map((says) => ({ rule, path: file.path, says }))),
    );
  return [...inFiles, ...frontDoors(files), ...dependencies(files), ...lockFile(files)];
}

/** Divides what was found: breaches that no exception excuses, and exceptions that excuse none and so have to go. */
export function applyExceptions(
  problems: readonly Problem[],
  exceptions: readonly Exception[],
): { unexcused: Problem[]; idle: Exception[] } {
  const excuses = (exception: Exception, problem: Problem): boolean =>
    exception.rule === problem.rule && exception.path === problem.path;
  return {
    unexcused: problems.filter((problem) => !exceptions.some((exception) => excuses(exception, problem))),
    idle: exceptions.filter((exception) => !problems.some((problem) => excuses(exception, problem))),
  };
}
