"""Contract WSCN as a Python program of the field meets it: zeep, a client made from the WSDL that is served.

Usage: wscn_zeep.py ESCENARIO.JSON [sha1]. Signs messages as WSS4J does and acuses with python-xmlsec, runs the whole cycle
and the main refusals, and ends with status 0 if all of it went as it must. With `sha1` everything is signed with that, as
old programs do, and the service must take it.
"""

import json
import sys
import uuid

import xmlsec
import zeep
from lxml import etree
from zeep import ns
from zeep.transports import Transport
from zeep.wsse.signature import BinarySignature

ESCENARIO = json.load(open(sys.argv[1], encoding="utf-8"))
SHA1 = (xmlsec.Transform.RSA_SHA1, xmlsec.Transform.SHA1)
SHA256 = (xmlsec.Transform.RSA_SHA256, xmlsec.Transform.SHA256)
USED = SHA1 if "sha1" in sys.argv[2:] else SHA256


class Signature(BinarySignature):
    """Signs the Body, without a Timestamp; answers come unsigned."""

    def __init__(self, holder, algorithms=USED):
        method, digest = algorithms
        super().__init__(holder["clave"], holder["certificado"], signature_method=method, digest_method=digest)

    def verify(self, envelope):
        assert envelope.find(f".//{{{ns.DS}}}Signature") is None
        return envelope


class Spoiler(Transport):
    """Can spoil messages on their way."""

    spoil = None

    def post_xml(self, address, envelope, headers):
        if self.spoil:
            self.spoil(envelope)
        return super().post_xml(address, envelope, headers)


def client(holder, sign=True, algorithms=USED):
    transport = Spoiler()
    signature = Signature(holder, algorithms) if sign else None
    made = zeep.Client(ESCENARIO["urls"]["wscn_wsdl"], wsse=signature, transport=transport)
    return made.service, transport


def is_rsa(holder):
    return "EC" not in open(holder["clave"]).readline()


def holder_where(state="vigente", roles=frozenset({1, 2, 3})):
    for holder in ESCENARIO["titulares"]:
        if holder["estado_certificado"] == state and roles <= {p["rol"] for p in holder["poderdantes"]}:
            if is_rsa(holder):
                return holder
    raise AssertionError(f"no holder {state} with roles {roles}")


def code(answer):
    uuid.UUID(answer.error.identificadorPeticion)
    assert answer.error.descripcion
    return answer.error.codigo


def cosign(octets, holder, transforms=(xmlsec.Transform.ENVELOPED,)):
    """Adds the signer's own signature beside the service's."""
    root = etree.fromstring(octets)
    assert root.tag == "ProsaSignature" and root[0].get("Id") == "ProsaData"
    method, digest = USED
    signature = xmlsec.template.create(root, xmlsec.Transform.C14N, method, ns="dsig")
    root.append(signature)
    made = xmlsec.template.add_reference(signature, digest, uri="#ProsaData")
    for transform in transforms:
        xmlsec.template.add_transform(made, transform)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.register_id(root[0], "Id")
    context.key = xmlsec.Key.from_file(holder["clave"], xmlsec.KeyFormat.PEM)
    context.key.load_cert_from_file(holder["certificado"], xmlsec.KeyFormat.PEM)
    context.sign(signature)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def verify_seal(octets):
    """The service's signature, with the service's certificate."""
    root = etree.fromstring(octets)
    [signature] = root.findall(f"{{{ns.DS}}}Signature")
    context = xmlsec.SignatureContext()
    context.register_id(root[0], "Id")
    context.key = xmlsec.Key.from_file(ESCENARIO["servicio"]["certificado"], xmlsec.KeyFormat.CERT_PEM)
    context.verify(signature)


LISTS = {
    1: ("notificacionesPropias", "codigoSiguienteNotificacionPropia"),
    2: ("notificacionesAutorizadoRED", "codigoSiguienteNotificacionAutorizadoRED"),
    3: ("notificacionesApoderado", "codigoSiguienteNotificacionApoderado"),
}


def listed(service, rol, nif):
    """Every notification by a role, page after page."""
    cursors = {cursor: -1 for _, cursor in LISTS.values()}
    found = {}
    while True:
        page = service.consultarListadoNotificaciones(rol=rol, identificadorPoderdante=nif, **cursors)
        assert code(page) == 0, page
        found.update({n.codigo: n for n in getattr(page, LISTS[rol][0])})
        if not page.hayMas:
            return found
        following = {cursor: getattr(page, cursor) for cursor in cursors}
        assert following != cursors
        cursors = following


def cycle():
    holder = holder_where()
    service, _ = client(holder)
    granted = service.solicitarPoderdantes()
    assert code(granted) == 0 and granted.tienePoderdantes
    powers = {p["nif"] for p in holder["poderdantes"] if p["rol"] == 3}
    assert {p.identificador for p in granted.poderdantes} == powers, granted

    for rol in (1, 2, 3):
        poderdante = next(p for p in holder["poderdantes"] if p["rol"] == rol and len(p["pendientes"]) >= 6)
        nif = poderdante["nif"]
        found = listed(service, rol, nif)
        assert set(poderdante["pendientes"]) <= set(found), (rol, nif)
        first, second, third, *_ = poderdante["pendientes"]
        assert found[first].estado == 0 and found[first].descripcionEstado

        def ask(which, accept):
            answer = service.solicitarAcuseNotificacion(
                rol=rol, identificadorPoderdante=nif, codigoNotificacion=which, esDeAceptacion=accept
            )
            assert code(answer) == 0 and answer.codigoNotificacion == which, answer
            verify_seal(answer.XML)
            return answer.XML

        send = lambda acuse: service.enviarAcuseNotificacion(
            rol=rol, identificadorPoderdante=nif, xmlAcuseFirmado=acuse
        )
        view = lambda which: service.verNotificacionAceptada(
            rol=rol, identificadorPoderdante=nif, codigoNotificacion=which
        )

        assert code(view(first)) == 143 + rol
        signed = cosign(ask(first, True), holder)
        accepted = send(signed)
        assert code(accepted) == 0 and accepted.codigoNotificacion == first, accepted
        assert accepted.pdfNotificacion.startswith(b"%PDF-") and accepted.selladoTiempo
        again = send(signed)
        assert code(again) == 0 and again.selladoTiempo == accepted.selladoTiempo
        seen = view(first)
        assert code(seen) == 0 and seen.pdfNotificacion == accepted.pdfNotificacion
        late = service.solicitarAcuseNotificacion(
            rol=rol, identificadorPoderdante=nif, codigoNotificacion=first, esDeAceptacion=False
        )
        assert code(late) == 132 + 3 * rol, late

        rejected = send(cosign(ask(second, False), holder, transforms=()))
        assert code(rejected) == 0 and rejected.pdfNotificacion is None, rejected
        assert code(view(second)) == 27

        older, newer = ask(third, True), ask(third, False)
        assert code(send(cosign(older, holder))) == 119
        assert code(send(newer)) == 20
        assert code(send(newer.replace(b"RECHAZO", b"ACEPTACION"))) == 20
        altered = cosign(newer, holder).replace(b"<SENTIDO>RECHAZO", b"<SENTIDO>ACEPTACION")
        assert code(send(altered)) == 14
        assert code(send(b"")) == 133
        exclusive = (xmlsec.Transform.ENVELOPED, xmlsec.Transform.EXCL_C14N)
        assert code(send(cosign(newer, holder, transforms=exclusive))) == 0
        states = listed(service, rol, nif)
        assert [states[c].estado for c in (first, second, third)] == [2, 3, 3]


def fault_of(call):
    """The code of the fault that a call ends in."""
    try:
        call()
    except zeep.exceptions.Fault as fault:
        error = fault.detail.find(".//error")
        uuid.UUID(error.findtext("identificadorPeticion"))
        assert error.findtext("descripcion")
        return int(error.findtext("codigo"))
    raise AssertionError("no fault")


def refusals():
    holder = holder_where()
    own = next(p for p in holder["poderdantes"] if p["rol"] == 1)
    service, transport = client(holder)
    view = lambda **members: code(service.verNotificacionAceptada(**members))
    assert view(rol=1, codigoNotificacion=1) == 133
    assert view(rol=1, identificadorPoderdante="", codigoNotificacion=1) == 133
    assert view(rol=7, identificadorPoderdante=own["nif"], codigoNotificacion=1) == 112
    assert view(rol=1, identificadorPoderdante=own["nif"], codigoNotificacion=2147483647) == 116
    assert view(rol=2, identificadorPoderdante="12345678Z", codigoNotificacion=1) == 117
    assert view(rol=3, identificadorPoderdante="12345678Z", codigoNotificacion=1) == 109

    assert fault_of(client(holder, sign=False)[0].solicitarPoderdantes) == 2
    if USED is not SHA1:
        assert fault_of(client(holder, algorithms=SHA1)[0].solicitarPoderdantes) == 2

    def change_the_body(envelope):
        envelope.find(".//rol").text = "2"

    transport.spoil = change_the_body
    assert fault_of(lambda: view(rol=1, identificadorPoderdante=own["nif"], codigoNotificacion=1)) == 2

    for state in ("caducado", "revocado", "no_admitido"):
        bad, _ = client(holder_where(state, frozenset()))
        assert fault_of(bad.solicitarPoderdantes) == 1, state


cycle()
refusals()
print("zeep: ok")
