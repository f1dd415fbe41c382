"""Contract canal as a Python program meets it: zeep, a client made from the WSDL that is served.

Usage: canal_zeep.py ESCENARIO.JSON. Runs the whole cycle and the main refusals, and ends with status 0 if all of it
went as it must.
"""

import datetime
import hashlib
import json
import sys
import uuid

import xmlsec
import zeep
from lxml import etree
from zeep import ns
from zeep.transports import Transport
from zeep.wsse import utils
from zeep.wsse.signature import BinarySignature, verify_envelope

ESCENARIO = json.load(open(sys.argv[1], encoding="utf-8"))
CANAL = "urn:notess:canal:1"


class Signature(BinarySignature):
    """Signs Body and Timestamp with SHA-256, and verifies answers with the service's certificate."""

    def __init__(self, holder, sign=True, lifetime=300, offset=0):
        super().__init__(
            holder["clave"],
            holder["certificado"],
            signature_method=xmlsec.Transform.RSA_SHA256,
            digest_method=xmlsec.Transform.SHA256,
        )
        self.sign, self.lifetime, self.offset = sign, lifetime, offset

    def apply(self, envelope, headers):
        security = utils.get_security_header(envelope)
        created = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.offset)
        expires = created + datetime.timedelta(seconds=self.lifetime)
        stamp = lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")
        timestamp = utils.WSU.Timestamp()
        timestamp.append(utils.WSU.Created(stamp(created)))
        timestamp.append(utils.WSU.Expires(stamp(expires)))
        security.append(timestamp)
        if not self.sign:
            return envelope, headers
        return super().apply(envelope, headers)

    def verify(self, envelope):
        if envelope.find(f".//{{{ns.DS}}}Signature") is not None:
            verify_envelope(envelope, ESCENARIO["servicio"]["certificado"])
        return envelope


class Recorder(Transport):
    """Keeps the last message sent, to send it again, and can spoil messages on their way."""

    last, spoil = None, None

    def post_xml(self, address, envelope, headers):
        if self.spoil:
            self.spoil(envelope)
        return super().post_xml(address, envelope, headers)

    def post(self, address, message, headers):
        self.last = (address, message, headers)
        return super().post(address, message, headers)


def client(holder, port="CanalSoap11", **how):
    transport = Recorder()
    made = zeep.Client(ESCENARIO["urls"]["canal_wsdl"], wsse=Signature(holder, **how), transport=transport)
    return made.bind("Canal", port), transport


def holder_where(state="vigente", roles=frozenset({1, 2, 3})):
    for holder in ESCENARIO["titulares"]:
        if holder["estado_certificado"] == state and roles <= {p["rol"] for p in holder["poderdantes"]}:
            if "EC" not in open(holder["clave"]).readline():
                return holder
    raise AssertionError(f"no holder {state} with roles {roles}")


def fault_of(call):
    """The code of the fault that a call ends in."""
    try:
        call()
    except zeep.exceptions.Fault as fault:
        assert fault.detail is not None, fault
        detail = fault.detail.find(f".//{{{CANAL}}}fallo")
        found = {etree.QName(e).localname: e.text for e in detail}
        uuid.UUID(found["identificadorPeticion"])
        assert found["descripcion"]
        return found["codigo"]
    raise AssertionError("no fault")


def cycle(port):
    holder = holder_where()
    service, transport = client(holder, port)
    answer = service.consultarPoderdantes()
    warning = answer.advertencia.codigo
    assert warning == ESCENARIO["advertencia"], warning
    assert {(p.nif, p.rol) for p in answer.poderdante} >= {(p["nif"], p["rol"]) for p in holder["poderdantes"]}

    # Every page of a listing, against what the scenario says; never the same notification twice.
    for poderdante in holder["poderdantes"]:
        listed, cursor = [], None
        while True:
            page = service.consultarNotificaciones(
                poderdante=[poderdante["nif"]], rol=[poderdante["rol"]], estado=[0, 1], limite=17, cursor=cursor
            )
            listed += page.notificacion
            cursor = page.siguienteCursor
            assert page.hayMas == (cursor is not None)
            if not page.hayMas:
                break
        codes = [n.codigo for n in listed]
        assert len(codes) == len(set(codes))
        missing = set(poderdante["pendientes"]) - set(codes) - taken
        assert not missing, (poderdante["nif"], poderdante["rol"], missing)
        assert all(n.poderdante == poderdante["nif"] and poderdante["rol"] in n.roles.rol for n in listed)

    for rol in (1, 2, 3):
        poderdante = next(p for p in holder["poderdantes"] if p["rol"] == rol and len(p["pendientes"]) >= 6)
        nif = poderdante["nif"]
        first, second, third, *_ = [c for c in poderdante["pendientes"] if c not in taken]
        taken.update((first, second, third))
        accepted = service.firmarNotificaciones(
            poderdante=nif, rol=rol, advertencia=warning, codigo=[first, second, 2147483647]
        )
        assert [r.codigo for r in accepted] == [first, second, 2147483647]
        assert accepted[0].acuse.identificador and not accepted[0].repetida
        assert accepted[2].error.codigo == "NOTIFICACION_DESCONOCIDA", accepted[2]
        again = service.firmarNotificaciones(poderdante=nif, advertencia=warning, codigo=[first])
        assert again[0].repetida and again[0].acuse.identificador == accepted[0].acuse.identificador
        assert again[0].acuse.fecha == accepted[0].acuse.fecha

        document = service.obtenerDocumento(poderdante=nif, codigo=first)
        assert document.documento.startswith(b"%PDF-")
        assert hashlib.sha256(document.documento).hexdigest() == document.huella == accepted[0].acuse.huella

        acuse = service.obtenerAcuse(poderdante=nif, codigo=second)
        tree = etree.fromstring(acuse.acuse)
        verify_acuse(tree)
        assert accepted[1].acuse.identificador in etree.tostring(tree).decode()

        rejected = service.rechazarNotificaciones(poderdante=nif, rol=rol, advertencia=warning, codigo=[third], motivo="No procede")
        assert rejected[0].acuse.identificador
        assert service.obtenerDocumento(poderdante=nif, codigo=third).error.codigo == "YA_RECHAZADA"
        crossed = service.firmarNotificaciones(poderdante=nif, advertencia=warning, codigo=[third])
        assert crossed[0].error.codigo == "YA_RECHAZADA", crossed
        for code in poderdante["caducadas"][:1]:
            late = service.firmarNotificaciones(poderdante=nif, advertencia=warning, codigo=[code])
            assert late[0].error.codigo == "CADUCADA", late


def verify_acuse(tree):
    signature = xmlsec.tree.find_node(tree, xmlsec.Node.SIGNATURE)
    xmlsec.tree.add_ids(tree, ["Id"])
    for element in tree.iter():
        if element.get("Id"):
            xmlsec.SignatureContext().register_id(element, "Id")
    context = xmlsec.SignatureContext()
    context.register_id(tree, "Id")
    context.key = xmlsec.Key.from_file(ESCENARIO["servicio"]["certificado"], xmlsec.KeyFormat.CERT_PEM)
    context.verify(signature)


def refusals():
    holder = holder_where()
    own = next(p for p in holder["poderdantes"] if p["rol"] == 1)
    service, transport = client(holder)
    warning, nif, code = ESCENARIO["advertencia"], own["nif"], own["pendientes"][-1]
    listing = lambda made: lambda: made.consultarNotificaciones(poderdante=[nif], limite=1)

    assert fault_of(lambda: service.consultarNotificaciones(poderdante=[""])) == "PODERDANTE_VACIO"
    assert fault_of(lambda: service.consultarNotificaciones(poderdante=["12345678A"])) == "PODERDANTE_INVALIDO"
    assert fault_of(lambda: service.consultarNotificaciones(poderdante=["12345678Z"])) == "SIN_REPRESENTACION"
    stale = lambda: service.firmarNotificaciones(poderdante=nif, advertencia="ADV-1999", codigo=[code])
    assert fault_of(stale) == "ADVERTENCIA_NO_VIGENTE"

    service.consultarNotificaciones(poderdante=[nif], limite=1)
    address, message, headers = transport.last
    replayed = transport.session.post(address, data=message, headers=headers)
    assert replayed.status_code == 500 and "MENSAJE_REPETIDO" in replayed.text, replayed.text

    assert fault_of(listing(client(holder, sign=False)[0])).startswith("FIRMA_")
    assert fault_of(listing(client(holder, offset=-3600)[0])).startswith("MENSAJE_")
    assert fault_of(listing(client(holder, offset=3600)[0])).startswith("MENSAJE_")

    def change_the_body(envelope):
        envelope.find(f".//{{{CANAL}}}limite").text = "2"

    service, transport = client(holder)
    transport.spoil = change_the_body
    assert fault_of(listing(service)).startswith("FIRMA_")

    for state in ("caducado", "revocado", "no_admitido"):
        bad, _ = client(holder_where(state, frozenset()))
        code = fault_of(bad.consultarPoderdantes)
        assert code.startswith("CERTIFICADO_"), (state, code)


taken = set()
cycle("CanalSoap11")
cycle("CanalSoap12")
refusals()
print("zeep: ok")
