import { describe, expect, it } from "vitest";
import { checkDisk, checkPlatform, thisMachine } from "./platform.mjs";

const machine = { platform: "linux", architecture: "x64", nodeVersion: "20.0.0", musl: false };

describe("checkPlatform", () => {
  it.each([thisMachine(), machine, { ...machine, platform: "darwin", architecture: "arm64", nodeVersion: "26.10.0" }])(
    "has nothing against %j",
    (supported) => {
      expect(() => checkPlatform(supported)).not.toThrow();
    },
  );

  it.each([
    [{ nodeVersion: "18.19.1" }, /^Fieldbook needs Node 20 or later, and this is Node 18\.19\.1: .+\.$/],
    [{ platform: "win32" }, /^Fieldbook runs on Linux and macOS.+this is win32 on x64: .+WSL 2\.$/],
    [{ architecture: "riscv64" }, /this is linux on riscv64/],
    [{ musl: true }, /^Fieldbook needs a Linux with the GNU C library, and this is Alpine with musl: .+\.$/],
  ])("says in one sentence what is wrong with %j and what to do", (difference, sentence) => {
    expect(() => checkPlatform({ ...machine, ...difference })).toThrow(sentence);
  });
});

describe("checkDisk", () => {
  it("asks for room when there is less than is needed", () => {
    expect(() => checkDisk(1_500_000_000, 1_499_999_999)).toThrow(/needs 1500 MB and 1499 MB are free.+make room/);
  });

  it("is content with just enough, and with what this machine has for nothing", () => {
    expect(() => checkDisk(1_500_000_000, 1_500_000_000)).not.toThrow();
    expect(() => checkDisk(0)).not.toThrow();
  });
});
