// Goes through the pages of verification in Debian's Chromium, without script of theirs: by keyboard alone, on a desk and on a
// telephone of 320 px, without style, and by axe-core. Arguments: address, documents (JSON), folder for pictures.

const assert = require('node:assert/strict');
const path = require('node:path');
const puppeteer = require('puppeteer-core');
const { source: axe } = require('axe-core');

const [address, documents, pictures] = process.argv.slice(2);
const [onDesk, onTelephone, withoutStyle] = JSON.parse(documents);

const DESK = { width: 1280, height: 900 };
const TELEPHONE = { width: 320, height: 640, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

async function main() {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  try {
    await walk(browser, 'escritorio', DESK, onDesk);
    await walk(browser, 'telefono', TELEPHONE, onTelephone);
    await bare(browser, withoutStyle);
  } finally {
    await browser.close();
  }
}

async function open(browser, viewport) {
  const page = await browser.newPage();
  await page.setViewport(viewport);
  await page.setJavaScriptEnabled(false);
  page.on('console', (message) => {
    // A status that is no success is said too.
    if (!message.text().startsWith('Failed to load resource')) assert.fail(`the page says: ${message.text()}`);
  });
  return page;
}

// From the first page to the document, and what else may be read on the way.
async function walk(browser, name, viewport, document) {
  const page = await open(browser, viewport);
  const seen = (what) => look(page, `${name}-${what}`, viewport);
  await page.goto(address);
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgba(0, 0, 0, 0)', 'no style');
  await seen('1-primer-paso');
  await order(page, ['Ir al contenido', 'id', 'fecha', 'Continuar']);

  // Nothing written: each field has its error, in words that are read with it.
  await press(page, 'Enter');
  await seen('2-errores');
  for (const field of ['id', 'fecha']) {
    const described = await page.$eval(`#${field}`, (input) =>
      input.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent).join(' '));
    assert.match(described, /Error: /);
    assert.equal(await page.$eval(`#${field}`, (input) => input.getAttribute('aria-invalid')), 'true');
  }
  assert.match(await page.title(), /^Error: /);

  await page.goto(address);
  await tabTo(page, 'id');
  await page.keyboard.type(`${document.id.slice(0, 4)} ${document.id.slice(4)}`.toLowerCase());
  await page.keyboard.press('Tab');
  await page.keyboard.type(document.fecha);
  await press(page, 'Enter');
  await seen('3-segundo-paso');
  await order(page, ['Ir al contenido', 'Es otro documento', 'primero', 'segundo', 'Verificar']);
  // One that is too short.
  await press(page, 'Enter');
  await seen('4-errores-de-grupos');

  const groups = await asked(page);
  await tabTo(page, 'primero');
  await page.keyboard.type(document.grupos[groups[0]].toLowerCase());
  await page.keyboard.press('Tab');
  await page.keyboard.type(document.grupos[groups[1]]);
  await press(page, 'Enter');
  await seen('5-autentico');
  assert.equal(await heading(page), 'Documento auténtico');
  await noCodes(page, document);
  const link = await page.$eval('a[type="application/pdf"]', (a) => a.href);
  const answer = await fetch(link);
  assert.equal(Buffer.from(await answer.arrayBuffer()).subarray(0, 5).toString(), '%PDF-');
  await page.goto(link);
  assert.equal(await heading(page), 'El enlace ya no sirve');
  await seen('6-enlace-usado');

  await fill(page, document);
  await page.type('#primero', '00000');
  await page.type('#segundo', '00000');
  await press(page, 'Enter');
  assert.equal(await heading(page), 'No coincide');
  await seen('7-no-coincide');
  await page.close();
}

// Without its style the page says the same, in the order in which it is to be done.
async function bare(browser, document) {
  const page = await open(browser, TELEPHONE);
  const strip = () => page.$$eval('style', (styles) => styles.forEach((style) => style.remove()));
  await page.goto(address);
  await strip();
  await order(page, ['Ir al contenido', 'id', 'fecha', 'Continuar']);
  const text = await page.evaluate(() => document.body.innerText);
  const places = ['Verificar un documento', 'Identificador del documento', 'Fecha', 'Dónde está el código'].map((t) => text.indexOf(t));
  assert.deepEqual(places, [...places].sort((a, b) => a - b), text);
  assert.ok(!places.includes(-1), text);
  await look(page, 'sin-estilo-1', TELEPHONE);
  await fill(page, document);
  await strip();
  await look(page, 'sin-estilo-2', TELEPHONE);
  const groups = await asked(page);
  await page.type('#primero', document.grupos[groups[0]]);
  await page.type('#segundo', document.grupos[groups[1]]);
  await press(page, 'Enter');
  await strip();
  assert.equal(await heading(page), 'Documento auténtico');
  await look(page, 'sin-estilo-3', TELEPHONE);
  await page.close();
}

async function fill(page, document) {
  await page.goto(address);
  await page.type('#id', document.id);
  await page.type('#fecha', document.fecha);
  await press(page, 'Enter');
}

// Keeps a picture, and has axe-core look; nothing may be wider than the screen.
async function look(page, name, viewport) {
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= viewport.width, `${name}: ${wide} px are wider than ${viewport.width}`);
  // The pages have no script; axe-core, which is one, waits for timers.
  await page.setJavaScriptEnabled(true);
  await page.evaluate(axe);
  const { violations, incomplete, passes } = await page.evaluate(() => axe.run({ resultTypes: ['violations', 'incomplete', 'passes'] }));
  await page.setJavaScriptEnabled(false);
  const told = (rules) => rules.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(' | ')}`);
  assert.deepEqual(told(violations), [], `${name}: axe`);
  assert.deepEqual(told(incomplete), [], `${name}: axe could not tell`);
  assert.ok(passes.length > 10, `${name}: axe looked at nothing`);
}

// What has the focus: its id, or its words.
function focused(page) {
  return page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
}

// What the Tab key comes to from the start of the page on.
async function order(page, expected) {
  await page.evaluate(() => document.activeElement.blur());
  const came = [];
  for (const _ of expected) {
    await page.keyboard.press('Tab');
    came.push(await focused(page));
  }
  assert.deepEqual(came, expected);
}

async function tabTo(page, id) {
  for (let n = 0; n < 10; n += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === id) return;
  }
  assert.fail(`the Tab key does not come to ${id}`);
}

async function press(page, key) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

// The groups that are asked for, counted from 0.
async function asked(page) {
  const numbers = /grupos (\d) y (\d)/.exec(await heading(page));
  return [numbers[1] - 1, numbers[2] - 1];
}

function heading(page) {
  return page.$eval('h1', (h1) => h1.textContent);
}

async function noCodes(page, document) {
  const where = `${page.url()} ${await page.title()}`;
  for (const code of [document.id, ...document.grupos]) assert.ok(!where.includes(code), where);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
