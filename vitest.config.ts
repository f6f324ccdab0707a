import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Tests share a thread's modules: a test that leans on another's leftovers is a fault worth seeing.
    pool: "threads",
    isolate: false,
    // Vitest leaves one processor idle unless told otherwise: of two that is half of them.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "book/**/*.test.ts", "tools/**/*.test.ts", "tests/*.test.ts"],
          exclude: ["**/node_modules/**", "tests/book.test.ts"],
          // A machine of two busy cores takes its time; a test that hangs still ends.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: "claims", include: ["tests/book.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          // One browser at a time: it has processes enough of its own.
          fileParallelism: false,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
