// Drives the pages of VS Code in Chromium for the tests: reads one JSON request per line from standard input, answers one per
// line. A request is {"do": name, "page": number, …}; every wait has its deadline in the request.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [packages, program, profile] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/package.json`)('playwright-core');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-breakpad', '--disable-crash-reporter', '--hide-scrollbars'];

const context = await chromium.launchPersistentContext(profile, {
  executablePath: program, headless: true, args: flags, viewport: { width: 1000, height: 620 }, deviceScaleFactor: 1,
});
const pages = [context.pages()[0] ?? await context.newPage()];
const exits = [];
const logged = [];
pages[0].on('console', (message) => { if (message.type() === 'error') logged.push(message.text()); });

const actions = {
  open: async () => pages.push(await context.newPage()) - 1,
  goto: ({ page, url, ms }) => page.goto(url, { timeout: ms, waitUntil: 'domcontentloaded' }).then(() => true),
  // For tests inside the extension host: sets VS Code's own switch for them in the page before it is read.
  develop: async ({ extension, tests }) => {
    await context.exposeFunction('codeAutomationLog', (type, args) => { logged.push(args.join(' ')); });
    await context.exposeFunction('codeAutomationExit', (code) => { exits.push(code); });
    await context.addInitScript(({ extension, tests }) => {
      const real = Element.prototype.getAttribute;
      Element.prototype.getAttribute = function (name) {
        const value = real.call(this, name);
        if (this.id !== 'vscode-workbench-web-configuration' || name !== 'data-settings' || value === null) return value;
        const developmentOptions = { extensions: extension ? [extension] : [], extensionTestsPath: tests };
        return JSON.stringify({ ...JSON.parse(value), developmentOptions });
      };
    }, { extension, tests });
    return true;
  },
  exits: () => exits,
  logged: () => logged.splice(0),
  press: ({ page, keys }) => page.keyboard.press(keys).then(() => true),
  type: ({ page, text, delay }) => page.keyboard.type(text, { delay }).then(() => true),
  click: ({ page, selector, ms }) => page.locator(selector).first().click({ timeout: ms }).then(() => true),
  fill: ({ page, selector, text, ms }) => page.locator(selector).first().fill(text, { timeout: ms }).then(() => true),
  count: ({ page, selector }) => page.locator(selector).count(),
  texts: ({ page, selector }) => page.locator(selector).allInnerTexts(),
  attribute: ({ page, selector, name, ms }) => page.locator(selector).first().getAttribute(name, { timeout: ms }),
  evaluate: ({ page, script }) => page.evaluate(script),
  screenshot: ({ page, path, clip }) => page.screenshot({ path, ...(clip ? { clip } : {}) }).then(() => true),
  size: ({ page, width, height }) => page.setViewportSize({ width, height }).then(() => true),
};

console.log(JSON.stringify({ ok: 'ready' }));
for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, page: number, ...rest } = JSON.parse(line);
  if (name === 'close') break;
  try {
    console.log(JSON.stringify({ ok: await actions[name]({ page: pages[number ?? 0], ...rest }) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error).split('\n')[0] }));
  }
}
await context.close();
process.exit(0);
