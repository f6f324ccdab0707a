import * as readline from "node:readline";

/**
 * One line that moves in a terminal. Elsewhere, in a log, it becomes a line now and then.
 *
 * @typedef {{ update(text: string): void, done(text: string): void, clear(): void }} Progress
 */

/**
 * @param {NodeJS.WriteStream} [stream]
 * @returns {Progress}
 */
export function progressLine(stream = process.stdout) {
  return stream.isTTY ? movingLine(stream) : plainLines(stream);
}

/**
 * @param {NodeJS.WriteStream} stream
 * @returns {Progress}
 */
function movingLine(stream) {
  /** @param {string} text */
  const replace = (text) => {
    readline.cursorTo(stream, 0);
    readline.clearLine(stream, 0);
    stream.write(text);
  };
  return {
    update: (text) => replace(text.slice(0, (stream.columns || 80) - 1)),
    done: (text) => replace(`${text}\n`),
    clear: () => replace(""),
  };
}

/** How often a line goes into a log. */
const plainIntervalMs = 5_000;

/**
 * @param {NodeJS.WriteStream} stream
 * @returns {Progress}
 */
function plainLines(stream) {
  let last = "";
  let writtenAt = -Infinity;
  return {
    update(text) {
      if (text === last || Date.now() - writtenAt < plainIntervalMs) return;
      stream.write(`${text}\n`);
      last = text;
      writtenAt = Date.now();
    },
    done: (text) => stream.write(`${text}\n`),
    clear: () => undefined,
  };
}
