import { createHash, randomBytes } from "node:crypto";

/** A secret of 256 random bits, to be handed out once. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** What is kept of it. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");
