/** Discussion in a chapter: asks once whether there is a server for it, and loads the rest when there is. */
import { placedThreads } from "./api.ts";

const chapter = location.pathname.replace(/^\/|\/$/g, "");
// Kept on the device and read without a network: there is nobody to ask.
const found = navigator.onLine ? await placedThreads(chapter) : undefined;
if (found !== undefined) {
  const { Discussion } = await import("./discussion.ts");
  new Discussion(chapter, found).attach();
}
