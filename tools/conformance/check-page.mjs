// Opens pages in Chromium, light and dark, and checks them with axe-core (WCAG 2.2 A and AA, and best practice). Pages must
// make no requests and open no dialogs. Prints what it finds and exits with 1 if there is anything.
//
//   node check-page.mjs NODE_MODULES CHROMIUM PAGE...
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, ...pages] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, "any.js"));
const axe = require("axe-core").source;
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function findings(browser, file, colorScheme) {
  const context = await browser.newContext({ bypassCSP: true, colorScheme });
  const page = await context.newPage();
  const found = [];
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) found.push(`requests ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    found.push(`opens a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.goto(pathToFileURL(path.resolve(file)).href);
  await page.evaluate(axe);
  const result = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: values }), tags);
  if (result.passes.length === 0) found.push("nothing was checked");
  for (const { id, help, nodes } of result.violations) found.push(`${id}: ${help}\n    ${nodes[0].html}`);
  await context.close();
  return found.map((text) => `${file} (${colorScheme}): ${text}`);
}

// Chromium's sandbox does not start for root.
const browser = await require("playwright-core").chromium.launch({
  executablePath,
  chromiumSandbox: process.getuid?.() !== 0,
});
const found = [];
for (const file of pages) {
  for (const scheme of ["light", "dark"]) found.push(...(await findings(browser, file, scheme)));
}
await browser.close();
for (const text of found) console.log(text);
process.exit(found.length ? 1 : 0);
