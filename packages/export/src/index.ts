export { bookHtml, bookInOne } from "./book-html.ts";
export { whyNoChromium } from "./chromium.ts";
export { bookEpub } from "./epub.ts";
export { claimFigures } from "./figures.ts";
export { offlineZip, OfflineError } from "./offline-zip.ts";
export { bookPdf, summaryPdf } from "./pdf.ts";
export { isAuthorsError, readSiteBook } from "@fieldbook/site/static";
