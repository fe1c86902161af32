// The shop's tests: one sandbox for the file, a tenant of its own for each test.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openShop } from './shop.js';

let sandbox, url, tenant, shop, notifyUrl;

before(async () => {
  const ready = join(await mkdtemp(join(tmpdir(), 'sandbox-')), 'ready.json');
  sandbox = spawn('wechatpay-sandbox', ['serve', '--port', '0', '--ready-file', ready], { stdio: 'ignore' });
  for (;;) {
    const told = await readFile(ready, 'utf8').catch(() => null);
    if (told) return void ({ url } = JSON.parse(told));
    assert.equal(sandbox.exitCode, null, 'wechatpay-sandbox serve has ended');
    await sleep(20);
  }
});
after(() => sandbox.kill());

const control = async (method, path, body) => {
  const headers = { 'Content-Type': 'application/json', ...(tenant && { 'X-Sandbox-Tenant': tenant.id }) };
  const response = await fetch(`${url}/_sandbox${path}`, { method, headers, body: body && JSON.stringify(body) });
  return response.json();
};

beforeEach(async () => {
  tenant = undefined;
  tenant = await control('POST', '/tenants', { clock: 'virtual' });
  shop = openShop(tenant);
  await once(shop.server.listen(0, '127.0.0.1'), 'listening');
  notifyUrl = `http://127.0.0.1:${shop.server.address().port}/notify`;
});
afterEach(async () => {
  await control('DELETE', `/tenants/${tenant.id}`);
  shop.server.close();
});

const buy = async () => {
  const { openid } = await control('POST', '/login-codes', {});
  const { number, payment } = await shop.order(openid, notifyUrl);
  assert.equal((await control('POST', '/request-payment', { params: payment })).errMsg, 'requestPayment:ok');
  await control('POST', '/settle', {});
  return number;
};

test('a paid order is paid', async () => {
  assert.equal(shop.status(await buy()), 'paid');
});

test('a forged notification changes nothing, and the next one arrives', async () => {
  await control('POST', '/rules', { when: 'notify.due', do: { forge: {} }, times: 1 });
  const number = await buy();
  assert.equal(shop.status(number), 'unpaid');
  await control('POST', '/clock/advance', { by: '15s' });
  assert.equal(shop.status(number), 'paid');
  const { notifications } = await control('GET', `/notifications?out_trade_no=${number}`);
  assert.deepEqual(notifications[0].attempts.map(({ verdict, verifiable }) => [verdict, verifiable]), [['refused', false], ['acknowledged', true]]);
});
