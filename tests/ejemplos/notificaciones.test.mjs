// Pruebas de un programa de gestoría contra un notess de demostración. Se ejecutan con Node 20, sin más paquetes:
//
//     notess demo --datos mundo --puerto 8097 --control 8098 --notificaciones 300 &
//     node --test notificaciones.test.mjs
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';

const notess = process.env.NOTESS ?? 'notess';
const mundo = process.env.MUNDO ?? 'mundo';
const escenario = JSON.parse(readFileSync(join(mundo, 'escenario.json'), 'utf8'));
const empresa = escenario.titulares.find((titular) => titular.nombre === 'empresa');
const propias = empresa.poderdantes.find((alcance) => alcance.rol === 1);
const [codigo] = propias.pendientes;

// Una llamada a la puerta de control.
async function control(method, ruta, cuerpo) {
  const respuesta = await fetch(escenario.urls.control + ruta, { method, body: cuerpo && JSON.stringify(cuerpo) });
  assert.ok(respuesta.ok, await respuesta.clone().text());
  return respuesta.json();
}

// Su programa. Aquí hace sus veces el cliente que trae notess.
function programa(operacion, ...argumentos) {
  const orden = ['cliente', operacion, '--url', escenario.urls.canal, '--json', '--p12', join(mundo, empresa.p12),
    '--contrasena', empresa.contrasena, '--servicio', join(mundo, escenario.servicio.certificado),
    '--poderdante', propias.nif, ...argumentos];
  try {
    return JSON.parse(execFileSync(notess, orden, { encoding: 'utf8', stdio: 'pipe' }));
  } catch (error) {
    return error.stdout ? JSON.parse(error.stdout) : error.stderr;
  }
}

const firmar = () => programa('firmar', '--advertencia', escenario.advertencia, String(codigo));
const pendientes = () => programa('consultar', '--estado', '0', '--estado', '1').map((una) => una.codigo);

// Cada prueba empieza con el mundo como se preparó.
beforeEach(() => control('POST', '/origen'));

test('lo que se firma deja de estar pendiente', () => {
  assert.ok(pendientes().includes(codigo));
  assert.ok(firmar()[0].acuse);
  assert.ok(!pendientes().includes(codigo));
});

test('a los diez días ya no se puede firmar', async () => {
  await control('POST', '/reloj', { avance: '+11d' });
  assert.deepEqual(pendientes(), []);
  assert.equal(firmar()[0].error.codigo, 'CADUCADA');
});

test('si se pierde la respuesta, repetir da el mismo acuse', async () => {
  await control('POST', '/fallos', { fallo: 'respuesta_perdida', operacion: 'firmarNotificaciones' });
  assert.match(firmar(), /no hay respuesta/);
  const [segunda] = firmar();
  const [tercera] = firmar();
  assert.ok(segunda.repetida);
  assert.deepEqual(segunda.acuse, tercera.acuse);
});

test('un servicio ocupado pide que se vuelva', async () => {
  await control('POST', '/fallos', { fallo: 'ocupado', operacion: 'consultarNotificaciones' });
  assert.match(programa('consultar'), /SERVICIO_OCUPADO/);
  assert.ok(pendientes().includes(codigo));
});
