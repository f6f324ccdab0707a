import * as net from "node:net";
import { Refusal } from "./refusal.mjs";

const defaultPort = 4321;
const address = "127.0.0.1";

/**
 * @param {readonly string[]} commandLine what stands behind `npm start --`
 * @param {string | undefined} fromEnvironment PORT
 * @throws {Refusal}
 */
export function choosePort(commandLine, fromEnvironment) {
  const [option, value, ...rest] = commandLine.flatMap((argument) => argument.split("=", 2));
  if (option !== undefined && (option !== "--port" || value === undefined || rest.length > 0)) {
    throw new Refusal(
      `npm start knows one option, a port, and got "${commandLine.join(" ")}": npm start -- --port 4322.`,
    );
  }
  const asked = value ?? (fromEnvironment || String(defaultPort));
  const port = Number(asked);
  if (!/^\d+$/.test(asked) || port < 1 || port > 65_535) {
    throw new Refusal(`A port is a number from 1 to 65535, and this is "${asked}": npm start -- --port 4322.`);
  }
  return port;
}

/**
 * @param {number} port
 * @returns {Promise<void>}
 * @throws {Refusal} when it can not be opened on this machine
 */
export function checkPort(port) {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      const mend = `choose another: npm start -- --port ${String(port < 65_535 && port >= 1024 ? port + 1 : defaultPort)}.`;
      const problem =
        error.code === "EADDRINUSE"
          ? `Port ${String(port)} is taken, perhaps by a handbook that is already open: stop that program, or ${mend}`
          : `Port ${String(port)} can not be opened (${String(error.code)}): ${mend}`;
      reject(new Refusal(problem));
    });
    probe.listen(port, address, () => probe.close(() => resolve()));
  });
}
