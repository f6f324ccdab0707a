export { launchChromium, whyNoChromium } from "@fieldbook/export/chromium";
