import { describe, expect, it } from "vitest";
import { explainFailure, isInstalled } from "./install.mjs";

describe("isInstalled", () => {
  const wanted = {
    "": { version: "0.1.0" },
    "node_modules/tool": { version: "1.2.3" },
    "node_modules/@tool/darwin-arm64": { version: "1.2.3", optional: true },
  };

  it("does not miss what is for other platforms, nor mind what is there beside it", () => {
    expect(isInstalled(wanted, { "node_modules/tool": { version: "1.2.3" } })).toBe(true);
    expect(isInstalled(wanted, { ...wanted, "node_modules/more": { version: "1.0.0" } })).toBe(true);
  });

  it("is false before npm has finished, for a missing package, and for another version, optional or not", () => {
    expect(isInstalled(wanted, undefined)).toBe(false);
    expect(isInstalled(wanted, {})).toBe(false);
    expect(isInstalled(wanted, { "node_modules/tool": { version: "1.2.4" } })).toBe(false);
    expect(isInstalled(wanted, { ...wanted, "node_modules/@tool/darwin-arm64": { version: "1.2.4" } })).toBe(false);
  });
});

describe("explainFailure", () => {
  it.each([
    ["npm error code EAI_AGAIN\nnpm error request to the registry failed", "The package registry could not be reached"],
    ["npm ERR! code EUSAGE\nnpm ERR! `npm ci` can only install", "package.json and package-lock.json do not agree"],
    ["npm error code EACCES", "may not be written"],
    ["npm error code EINTEGRITY", "delete the folder node_modules"],
  ])("keeps what npm said and ends with the mend: %j", (output, mend) => {
    const explanation = explainFailure(`npm warn deprecated a@1\n${output}\nnpm error A complete log of this run`);
    expect(explanation).toContain(output);
    expect(explanation).not.toMatch(/deprecated|complete log/);
    expect(explanation.split("\n").at(-1)).toContain(mend);
  });

  it("says one sentence and no more when the disk is full", () => {
    const explanation = explainFailure("npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write\n");
    expect(explanation).toMatch(/^[^\n]+the disk is full: make room and run the command again\.$/);
  });

  it("shows the last lines of whatever else was said", () => {
    expect(explainFailure("sh: npm: not found\n")).toMatch(/^sh: npm: not found\n/);
  });
});
