// What both contracts' programs share: the scenario that the service wrote, and clients made from a served WSDL.
'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const soap = require('soap');

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

const escenario = JSON.parse(readFileSync(process.argv[2], 'utf8'));

// A holder with an RSA key whose certificate is in this state, and who reaches somebody by each of the roles.
function holderWhere(state, roles) {
  const found = escenario.titulares.find((holder) =>
    holder.estado_certificado === state
    && roles.every((rol) => holder.poderdantes.some((p) => p.rol === rol))
    && !readFileSync(holder.clave, 'utf8').startsWith('-----BEGIN EC'));
  assert(found, `no holder ${state} ${roles}`);
  return found;
}

// A client whose messages the holder signs, or nobody.
async function clientOf(wsdl, holder, signed = true) {
  const client = await soap.createClientAsync(wsdl);
  if (signed) {
    client.setSecurity(new soap.WSSecurityCert(readFileSync(holder.clave), readFileSync(holder.certificado, 'utf8'), '', {
      hasTimeStamp: true,
      digestAlgorithm: SHA256,
      signatureAlgorithm: RSA_SHA256,
      signerOptions: { prefix: 'ds' },
    }));
  }
  return client;
}

module.exports = { RSA_SHA256, SHA256, clientOf, escenario, holderWhere };
