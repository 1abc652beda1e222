// Finds the Chrome or Chromium of this machine, and starts it.
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** The browser's program: `CHROME_PATH`, or one of the usual places. */
function findChrome(): string {
  const named = process.env["CHROME_PATH"];
  const found = named ? [named] : usual;
  const path = found.find((file) => existsSync(file));
  if (path) return path;
  throw new Error(
    named
      ? `CHROME_PATH names ${named}, where there is nothing.`
      : "There is no Chrome or Chromium here. Install one (Debian: apt-get install chromium), or set CHROME_PATH.",
  );
}

/** Starts a headless browser with a profile of its own. */
export function startBrowser(more: readonly string[] = []): Promise<Browser> {
  const quiet = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: findChrome(), args: [...quiet, ...sandbox, ...more] });
}
