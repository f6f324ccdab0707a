import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { checkPort, choosePort } from "./port.mjs";

describe("choosePort", () => {
  it.each([
    [[], undefined, 4321],
    [[], "", 4321],
    [[], "8080", 8080],
    [["--port", "4322"], "8080", 4322],
    [["--port=4322"], undefined, 4322],
  ])("takes the option before the environment before the usual one: %j, %j", (commandLine, environment, port) => {
    expect(choosePort(commandLine, environment)).toBe(port);
  });

  it.each([
    [["--prot", "4322"], undefined],
    [["--port"], undefined],
    [["--port", "1", "2"], undefined],
    [["--port", "0"], undefined],
    [["--port", "65536"], undefined],
    [["--port", "1e3"], undefined],
    [[], "no"],
  ])("refuses %j, %j and shows how it is meant", (commandLine, environment) => {
    expect(() => choosePort(commandLine, environment)).toThrow("npm start -- --port 4322.");
  });
});

describe("checkPort", () => {
  it("names the next port when one is taken, and has nothing against it once it is free", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expect(checkPort(port)).rejects.toThrow(`Port ${port} is taken`);
    other.close();
    await once(other, "close");
    await expect(checkPort(port)).resolves.toBeUndefined();
  });
});
