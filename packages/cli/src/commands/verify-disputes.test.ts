import { openFieldbookStore } from "@fieldbook/server";
import { disputeWithRun } from "@fieldbook/server/testing";
import { claims } from "@fieldbook/book";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { replayDisputes } from "./verify-disputes.ts";

const dataFolder = mkdtempSync(join(tmpdir(), "fieldbook-disputes-"));
afterAll(() => rmSync(dataFolder, { recursive: true }));

it("tells what a dispute shows with the present engine", async () => {
  const claim = claims.find(({ expect: { kind } }) => kind === "holds")!;
  const store = await openFieldbookStore({ dataFolder });
  // It says that a run contradicted the claim, which it does not with this engine.
  const threadId = await disputeWithRun(store, { claim: claim.id, side: "claim", values: {}, seed: 3 });
  await store.close();
  let said = "";
  const terminal = { out: () => {}, err: (text: string) => void (said += text), interactive: false };
  await replayDisputes(terminal, { FIELDBOOK_DATA: dataFolder });
  expect(said).toContain(
    `? no longer reproduced, and not settled  ${claim.id}\n    thread ${threadId}: In the run of seed 3`,
  );
  expect(said).toContain("1 disputed, 0 of them reproduced.");
});
