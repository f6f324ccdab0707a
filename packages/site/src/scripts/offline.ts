/**
 * Keeps the handbook on the device for when there is no network: once the page has loaded, and not for those who asked to
 * save data. A file that was opened without a server has no worker, and the browser says so.
 */
async function keepForOffline(): Promise<void> {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  if (!("serviceWorker" in navigator) || location.protocol === "file:" || connection?.saveData === true) return;
  await navigator.serviceWorker.register("/offline.js");
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage("keep");
}

addEventListener("load", () => void keepForOffline().catch(() => undefined));
