import { AsyncLocalStorage } from "node:async_hooks";

/** What is known of the request that the present code answers. */
export interface CurrentRequest {
  /** Stands in the answer's `X-Request-Id`, in the log, and in the words for a fault. */
  readonly id: string;
  /** Of the trace that it belongs to, for what measures below it. */
  readonly trace: unknown;
}

const requests = new AsyncLocalStorage<CurrentRequest>();

/** The request that is being answered; undefined in work of the server's own. */
export const currentRequest = (): CurrentRequest | undefined => requests.getStore();

export const withinRequest = <Result>(request: CurrentRequest, action: () => Result): Result =>
  requests.run(request, action);
