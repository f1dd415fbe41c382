// Contract canal as a Node program meets it: the package `soap`, a client made from the WSDL that is served.
//
// Usage: node canal_soap.js ESCENARIO.JSON. Runs the whole cycle and the main refusals; status 0 if all went well.
'use strict';

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { clientOf: clientFor, escenario, holderWhere } = require('./scenario.js');

const clientOf = (holder, signed) => clientFor(escenario.urls.canal_wsdl, holder, signed);

// The code of the fault that a call ends in.
async function faultOf(call) {
  try {
    await call;
  } catch (error) {
    const text = String(error.body ?? error.response?.data ?? error.message);
    return /<(?:\w+:)?codigo[^>]*>([A-Z_0-9]+)</.exec(text)?.[1] ?? text;
  }
  return assert.fail('no fault');
}

const list = (value) => (value === undefined || value === null ? [] : [].concat(value));

async function cycle() {
  const holder = holderWhere('vigente', [1, 2, 3]);
  const client = await clientOf(holder);
  const [answer] = await client.consultarPoderdantesAsync({});
  const advertencia = answer.advertencia.codigo;
  assert.equal(advertencia, escenario.advertencia);

  for (const rol of [1, 2, 3]) {
    const { nif, pendientes } = holder.poderdantes.find((p) => p.rol === rol && p.pendientes.length >= 12);
    const seen = [];
    let cursor;
    do {
      const query = { poderdante: nif, rol, estado: [0, 1], limite: 13 };
      const [page] = await client.consultarNotificacionesAsync(cursor ? { poderdante: nif, rol, estado: [0, 1], cursor, limite: 13 } : query);
      seen.push(...list(page.notificacion).map((n) => n.codigo));
      assert(seen.every(Number.isInteger), 'codes are numbers');
      cursor = page.siguienteCursor;
    } while (cursor);
    assert.equal(new Set(seen).size, seen.length);
    const [first, second] = pendientes.slice(-2);
    assert(seen.includes(first) && seen.includes(second));

    const [accepted] = await client.firmarNotificacionesAsync({ poderdante: nif, rol, advertencia, codigo: [first] });
    const [result] = list(accepted.resultado);
    assert(result.acuse.identificador, JSON.stringify(result));
    const [again] = await client.firmarNotificacionesAsync({ poderdante: nif, advertencia, codigo: [first] });
    assert.equal(list(again.resultado)[0].acuse.identificador, result.acuse.identificador);

    const [served] = await client.obtenerDocumentoAsync({ poderdante: nif, codigo: first });
    const pdf = Buffer.from(served.documento, 'base64');
    assert.equal(createHash('sha256').update(pdf).digest('hex'), result.acuse.huella);

    const [rejected] = await client.rechazarNotificacionesAsync({ poderdante: nif, rol, advertencia, codigo: [second] });
    assert(list(rejected.resultado)[0].acuse.identificador);
    const [crossed] = await client.firmarNotificacionesAsync({ poderdante: nif, advertencia, codigo: [second] });
    assert.equal(list(crossed.resultado)[0].error.codigo, 'YA_RECHAZADA');
  }
}

async function refusals() {
  const holder = holderWhere('vigente', [1, 2, 3]);
  const client = await clientOf(holder);
  assert.equal(await faultOf(client.consultarNotificacionesAsync({ limite: 1 })), 'PODERDANTE_AUSENTE');
  assert.equal(await faultOf(client.consultarNotificacionesAsync({ poderdante: '12345678A' })), 'PODERDANTE_INVALIDO');
  assert.equal(await faultOf(client.consultarNotificacionesAsync({ poderdante: '12345678Z' })), 'SIN_REPRESENTACION');
  const unsigned = await clientOf(holder, false);
  assert.match(await faultOf(unsigned.consultarPoderdantesAsync({})), /^FIRMA_/);
  for (const state of ['caducado', 'revocado', 'no_admitido']) {
    const bad = await clientOf(holderWhere(state, []));
    assert.match(await faultOf(bad.consultarPoderdantesAsync({})), /^CERTIFICADO_/);
  }
}

cycle().then(refusals).then(
  () => console.log('soap: ok'),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
