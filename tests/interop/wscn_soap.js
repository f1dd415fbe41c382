// Contract WSCN as a Node program meets it: the package `soap`, a client made from the WSDL that is served, and acuses signed
// with `xml-crypto`.
//
// Usage: node wscn_soap.js ESCENARIO.JSON. Runs the whole cycle and the main refusals; status 0 if all went well.
'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { SignedXml } = require('xml-crypto');
const { clientOf: clientFor, escenario, holderWhere, RSA_SHA256, SHA256 } = require('./scenario.js');

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

const clientOf = (holder, signed) => clientFor(escenario.urls.wscn_wsdl, holder, signed);

// Adds the signer's own signature beside the service's.
function cosign(base64, holder) {
  const signer = new SignedXml({
    privateKey: readFileSync(holder.clave),
    publicCert: readFileSync(holder.certificado),
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  signer.addReference({
    xpath: "//*[local-name()='ProsaSignatureData']",
    digestAlgorithm: SHA256,
    transforms: [ENVELOPED, EXCLUSIVE],
  });
  signer.computeSignature(Buffer.from(base64, 'base64').toString('utf8'), {
    location: { reference: '/*', action: 'append' },
  });
  return Buffer.from(signer.getSignedXml(), 'utf8').toString('base64');
}

async function cycle() {
  const holder = holderWhere('vigente', [1, 2, 3]);
  const client = await clientOf(holder);
  const [{ listadoPoderdantes }] = await client.solicitarPoderdantesAsync({});
  assert.equal(listadoPoderdantes.error.codigo, 0);
  assert.equal(listadoPoderdantes.tienePoderdantes, true);

  for (const rol of [1, 2, 3]) {
    const { nif, pendientes: [first, second] } =
      holder.poderdantes.find((p) => p.rol === rol && p.pendientes.length >= 3);
    const by = { rol, identificadorPoderdante: nif };
    const ask = async (codigoNotificacion, esDeAceptacion) => {
      const [answer] = await client.solicitarAcuseNotificacionAsync({ ...by, codigoNotificacion, esDeAceptacion });
      return answer.acuseNotificacion;
    };
    const send = async (xmlAcuseFirmado) => {
      const [answer] = await client.enviarAcuseNotificacionAsync({ ...by, xmlAcuseFirmado });
      return answer.notificacionRecuperada;
    };
    const view = async (codigoNotificacion) => {
      const [answer] = await client.verNotificacionAceptadaAsync({ ...by, codigoNotificacion });
      return answer.notificacionRecuperada;
    };

    const [{ listadoNotificaciones: page }] = await client.consultarListadoNotificacionesAsync({
      ...by,
      codigoSiguienteNotificacionPropia: first,
      codigoSiguienteNotificacionAutorizadoRED: first,
      codigoSiguienteNotificacionApoderado: first,
    });
    const list = ['notificacionesPropias', 'notificacionesAutorizadoRED', 'notificacionesApoderado'][rol - 1];
    assert.equal([].concat(page[list])[0].codigo, first);

    assert.equal((await view(first)).error.codigo, 143 + rol);
    const acuse = await ask(first, true);
    assert.equal(acuse.error.codigo, 0);
    assert.equal((await send(acuse.XML)).error.codigo, 20);
    const accepted = await send(cosign(acuse.XML, holder));
    assert.deepEqual([accepted.error.codigo, accepted.codigoNotificacion], [0, first], JSON.stringify(accepted.error));
    assert.match(Buffer.from(accepted.pdfNotificacion, 'base64').toString('latin1'), /^%PDF-/);
    assert.equal((await view(first)).pdfNotificacion, accepted.pdfNotificacion);
    assert.equal((await ask(first, false)).error.codigo, 132 + 3 * rol);
    assert.equal((await send(cosign((await ask(second, false)).XML, holder))).error.codigo, 0);
    assert.equal((await view(second)).error.codigo, 27);
  }
}

// The code of the fault that a call ends in.
async function faultOf(client) {
  try {
    await client.solicitarPoderdantesAsync({});
  } catch (error) {
    const text = String(error.body ?? error.response?.data ?? error.message);
    return Number(/<codigo>(\d+)<\/codigo>/.exec(text)?.[1]);
  }
  return assert.fail('no fault');
}

async function refusals() {
  assert.equal(await faultOf(await clientOf(null, false)), 2);
  for (const state of ['caducado', 'revocado', 'no_admitido']) {
    assert.equal(await faultOf(await clientOf(holderWhere(state, []))), 1);
  }
}

cycle().then(refusals).then(
  () => console.log('soap: ok'),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
