import type { Context } from "hono";
import { AccountError } from "../accounts/account-error.ts";
import { currentRequest } from "../operations/current-request.ts";
import type { ThreadProblem } from "../threads/thread-error.ts";
import { ThreadError } from "../threads/thread-error.ts";

export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 412 | 413 | 415 | 428 | 500 | 503;

/** A field that is wrong: where it stands, and what is expected. */
export interface FieldProblem {
  readonly field: string;
  readonly detail: string;
}

const titles: Readonly<Record<ProblemStatus, string>> = {
  400: "The request is not as it should be",
  401: "Nobody is signed in",
  403: "This is not allowed",
  404: "There is no such thing",
  405: "This method is not answered here",
  412: "It has been changed meanwhile",
  413: "It is too large",
  415: "This is not JSON",
  428: "The version that is edited has to be named",
  500: "A fault in the server",
  503: "The server is busy",
};

/** An answer in the form of RFC 9457, "Problem Details for HTTP APIs". */
export function sendProblem(
  context: Context,
  status: ProblemStatus,
  detail: string,
  errors: readonly FieldProblem[] = [],
): Response {
  const requestId = currentRequest()?.id;
  const problem = {
    type: "about:blank",
    title: titles[status],
    status,
    detail,
    ...(errors.length > 0 ? { errors } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
  return context.body(JSON.stringify(problem), status, {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  });
}

export const statusOf: Readonly<Record<ThreadProblem, 400 | 403 | 404 | 412 | 503>> = {
  invalid: 400,
  "not-allowed": 403,
  "not-found": 404,
  changed: 412,
  busy: 503,
};

/** What a handler threw, as an answer; undefined when it is a fault of ours. */
export function problemOf(context: Context, error: unknown): Response | undefined {
  if (error instanceof AccountError) return sendProblem(context, statusOf[error.problem], error.message);
  if (!(error instanceof ThreadError)) return undefined;
  const errors = error.field === undefined ? [] : [{ field: error.field, detail: error.message }];
  return sendProblem(context, statusOf[error.problem], error.message, errors);
}
