import { fileURLToPath } from "node:url";

/** The folder of the handbook's text on this machine. */
export const bookFolder = fileURLToPath(new URL(".", import.meta.url));

/** Where the evidence of the claims lies, one file a claim. */
export const evidenceFolder = fileURLToPath(new URL("evidence", import.meta.url));
