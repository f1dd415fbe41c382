"""Pruebas de un programa de gestoría contra un notess de demostración. Se ejecutan con pytest:

    notess demo --datos mundo --puerto 8097 --control 8098 --notificaciones 300 &
    pytest test_notificaciones.py
"""

import json
import os
import subprocess
import urllib.request
from pathlib import Path

import pytest

NOTESS = os.environ.get("NOTESS", "notess")
MUNDO = Path(os.environ.get("MUNDO", "mundo"))
ESCENARIO = json.loads((MUNDO / "escenario.json").read_text(encoding="utf-8"))
EMPRESA = next(titular for titular in ESCENARIO["titulares"] if titular["nombre"] == "empresa")
PROPIAS = next(alcance for alcance in EMPRESA["poderdantes"] if alcance["rol"] == 1)
CODIGO = PROPIAS["pendientes"][0]


def control(metodo, ruta, cuerpo=None):
    """Una llamada a la puerta de control."""
    octetos = None if cuerpo is None else json.dumps(cuerpo).encode()
    url = ESCENARIO["urls"]["control"] + ruta
    with urllib.request.urlopen(urllib.request.Request(url, octetos, method=metodo)) as respuesta:
        return json.load(respuesta)


def programa(operacion, *argumentos):
    """Su programa. Aquí hace sus veces el cliente que trae notess."""
    orden = [NOTESS, "cliente", operacion, "--url", ESCENARIO["urls"]["canal"], "--json"]
    orden += ["--p12", MUNDO / EMPRESA["p12"], "--contrasena", EMPRESA["contrasena"]]
    orden += ["--servicio", MUNDO / ESCENARIO["servicio"]["certificado"], "--poderdante", PROPIAS["nif"]]
    hecho = subprocess.run([*orden, *argumentos], capture_output=True, text=True, check=False)
    return json.loads(hecho.stdout) if hecho.stdout else hecho.stderr


def firmar(codigo):
    return programa("firmar", "--advertencia", ESCENARIO["advertencia"], str(codigo))


def pendientes():
    return {una["codigo"] for una in programa("consultar", "--estado", "0", "--estado", "1")}


@pytest.fixture(autouse=True)
def mundo_como_estaba():
    """Cada prueba empieza con el mundo como se preparó."""
    control("POST", "/origen")


def test_lo_que_se_firma_deja_de_estar_pendiente():
    assert CODIGO in pendientes()
    assert firmar(CODIGO)[0]["acuse"]
    assert CODIGO not in pendientes()


def test_a_los_diez_dias_ya_no_se_puede_firmar():
    control("POST", "/reloj", {"avance": "+11d"})
    assert pendientes() == set()
    assert firmar(CODIGO)[0]["error"]["codigo"] == "CADUCADA"


def test_si_se_pierde_la_respuesta_repetir_da_el_mismo_acuse():
    control("POST", "/fallos", {"fallo": "respuesta_perdida", "operacion": "firmarNotificaciones"})
    assert "no hay respuesta" in firmar(CODIGO)
    segunda, tercera = firmar(CODIGO)[0], firmar(CODIGO)[0]
    assert segunda["repetida"] and segunda["acuse"] == tercera["acuse"]


def test_un_servicio_ocupado_pide_que_se_vuelva():
    control("POST", "/fallos", {"fallo": "ocupado", "operacion": "consultarNotificaciones"})
    assert "SERVICIO_OCUPADO" in programa("consultar")
    assert CODIGO in pendientes()
