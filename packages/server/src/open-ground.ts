import { Places } from "./anchors/places.ts";
import { readPublishedText } from "./anchors/published-text.ts";
import { Counterexamples } from "./counterexamples/counterexamples.ts";
import { Replayer } from "./counterexamples/replayer.ts";
import type { Store } from "./data/store.ts";
import type { Ground } from "./threads/admit-thread.ts";

/**
 * Finds the places of all threads in the text that the site publishes. When this server's engine is another than the
 * one before, what is disputed is replayed in the background.
 *
 * @param siteFolder of the built site
 * @param onFault hears of what goes wrong in the background
 * @throws StoreError when the published text can not be read
 */
export async function openGround(
  store: Store,
  siteFolder: string,
  onFault: (error: unknown) => void,
): Promise<Ground & { readonly idle: Promise<void> }> {
  const text = readPublishedText(siteFolder);
  const counterexamples = new Counterexamples(store, new Replayer());
  if (text === undefined) return { places: undefined, counterexamples, idle: Promise.resolve() };
  const places = new Places(store, text);
  await places.publish();
  const idle = counterexamples.replayAll(text.engine).then(() => undefined, onFault);
  return { places, counterexamples, idle };
}
