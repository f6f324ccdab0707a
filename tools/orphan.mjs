/** How often it is looked whether the parent is still there. */
const lookEveryMs = 500;

/**
 * Calls back once when npm, which runs this as a script, has been ended: a signal to npm ends the shell between, which
 * hands nothing on. Without npm nothing is watched, since a program may well outlive the shell that started it.
 *
 * @param {() => void} callback
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 */
export function whenNpmEnds(callback, { env = process.env } = {}) {
  if (env["npm_lifecycle_event"] === undefined || process.platform === "win32") return;
  const timer = setInterval(() => {
    if (process.ppid === startedBy) return;
    clearInterval(timer);
    callback();
  }, lookEveryMs);
  timer.unref();
}

/** Known from the first moment on: the parent may end while something is installed or built. */
const startedBy = process.ppid;
