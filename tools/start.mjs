// npm start: installs what is missing, builds the handbook when it has changed, serves it on this machine.
import { spawn } from "node:child_process";
import { prepare } from "./install.mjs";
import { whenNpmEnds } from "./orphan.mjs";
import { pinnedNode, root } from "./paths.mjs";
import { checkPort, choosePort } from "./port.mjs";
import { runCommand } from "./refusal.mjs";
import { serverEnvironment, serverFlags, serverProgram } from "./server.mjs";
import { buildSiteIfStale, siteFolder } from "./site.mjs";

/** @param {number} port @returns {Promise<number>} the exit code */
function serve(port) {
  const server = spawn(pinnedNode, [...serverFlags, serverProgram, "--folder", siteFolder, "--port", String(port)], {
    cwd: root,
    stdio: "inherit",
    env: { ...serverEnvironment, ...process.env },
  });
  let asked = false;
  // A terminal sends Ctrl-C to the server as well; a signal to this process alone has to be handed on.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      asked = true;
      server.kill(signal);
    });
  }
  whenNpmEnds(() => {
    asked = true;
    server.kill("SIGTERM");
  });
  return new Promise((resolve) => server.on("close", (code) => resolve(asked ? 0 : (code ?? 1))));
}

await runCommand(async () => {
  const port = choosePort(process.argv.slice(2), process.env["PORT"]);
  await checkPort(port);
  await prepare();
  await buildSiteIfStale();
  return serve(port);
});
