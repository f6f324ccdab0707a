/** What a browser sends back of the cookies that an answer has set. */
export const cookiesSet = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0] ?? "")
    .join("; ");
