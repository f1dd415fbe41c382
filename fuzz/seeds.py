#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets anew: fuzz/seeds.py PROGRAM

For each client of the interop tests, and for the bundled one, serves a new demonstration world with PROGRAM
(target/release/notess) behind a proxy that keeps what goes through it, and has the client go through its cycle. Into
fuzz/seeds goes one message of each shape that was sent, what was asked in it, and a world's certificates. The worlds and
their private keys are gone afterwards.

It needs what `make test` installs; run it with tests/interop/.venv/bin/python.
"""

import base64
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

from lxml import etree

PROJECT = pathlib.Path(__file__).resolve().parent.parent
CLIENTS = PROJECT / "tests/interop"
SEEDS = PROJECT / "fuzz/seeds"
SERVED = re.compile(r"Serving at http://127\.0\.0\.1:(\d+)")
LARGEST = 100_000
# Of which the program in Java wants to see several.
WSCN_PAGE = "20"


class Proxy(http.server.BaseHTTPRequestHandler):
    """Passes everything on, and keeps what is posted."""

    to, kept = None, []

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.command == "POST":
            self.kept.append(body)
        onward = http.client.HTTPConnection("127.0.0.1", self.to)
        # The Host stays: the WSDL must name the proxy.
        onward.request(self.command, self.path, body, dict(self.headers))
        answer = onward.getresponse()
        octets = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type", "text/plain"))
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass


def shape(octets):
    """What two messages that differ in values only have in common; which references a value has belongs to it."""
    references = lambda value: b"".join(sorted(set(re.findall(rb"&[^;]*;", value[0]))))
    return hashlib.sha256(re.sub(rb'>[^<]*<|"[^"]*"', references, octets)).digest()


def bundled(program, scenario):
    """The calls of the bundled client: its arguments."""
    holder = next(h for h in scenario["titulares"] if h["estado_certificado"] == "vigente" and len(h["poderdantes"]) > 2)
    of = max(holder["poderdantes"], key=lambda of: len(of["pendientes"]))
    first, second = (str(code) for code in of["pendientes"][:2])
    who = ["--url", scenario["urls"]["canal"], "--p12", holder["p12"], "--contrasena", holder["contrasena"]]
    who += ["--servicio", scenario["servicio"]["certificado"]]
    one = who + ["--poderdante", of["nif"]]
    decide = one + ["--advertencia", scenario["advertencia"]]
    calls = [["poderdantes", *who], ["consultar", *one, "--estado", "0"], ["firmar", *decide, first]]
    calls += [["rechazar", *decide, second], ["documento", *one, first], ["acuse", *one, first]]
    return [[program, "cliente", *call] for call in calls]


def write(folder, octets):
    (SEEDS / folder).mkdir(parents=True, exist_ok=True)
    (SEEDS / folder / hashlib.sha256(octets).hexdigest()[:16]).write_bytes(octets)


def payload(octets):
    """The element within the Body, as it would be digested; nothing where there is none."""
    try:
        root = etree.fromstring(octets)
    except etree.XMLSyntaxError:
        return None
    within = root.xpath("/*/*[local-name()='Body']/*")
    return etree.tostring(within[0], method="c14n", exclusive=True) if within else None


def record(program, calls):
    """Makes the calls that `calls` makes of a scenario, in a world of their own; gives the world's certificates, in DER."""
    with tempfile.TemporaryDirectory() as place:
        command = [program, "demo", "--datos", f"{place}/datos", "--puerto", "0"]
        small_pages = os.environ | {"NOTESS_SERVICIO__PAGINA_WSCN": WSCN_PAGE}
        service = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=small_pages
        )
        try:
            Proxy.to = next(int(found[1]) for line in service.stdout if (found := SERVED.search(line)))
            threading.Thread(target=service.stdout.read, daemon=True).start()
            proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
            threading.Thread(target=proxy.serve_forever, daemon=True).start()
            known = pathlib.Path(place, "datos/escenario.json").read_text(encoding="utf-8")
            known = known.replace(f"127.0.0.1:{Proxy.to}", f"127.0.0.1:{proxy.server_port}")
            scenario = pathlib.Path(place, "escenario.json")
            scenario.write_text(known, encoding="utf-8")
            for call in calls(json.loads(known), str(scenario)):
                done = subprocess.run(call, cwd=place, capture_output=True, text=True)
                print(f"{' '.join(map(str, call[:2]))}: {len(Proxy.kept)} messages so far", file=sys.stderr)
                if done.returncode:
                    sys.exit(f"{call}: {done.stdout}{done.stderr}")
            proxy.shutdown()
            holders = json.loads(known)["titulares"]
            pems = [pathlib.Path(holder["certificado"]).read_text() for holder in holders]
            return [base64.b64decode("".join(pem.splitlines()[1:-1])) for pem in pems]
        finally:
            service.terminate()
            service.wait()


def java(scenario, path):
    """The calls of the programs in Java, which are compiled first."""
    build = [CLIENTS / "java/build.sh", scenario["urls"]["wscn_wsdl"], "java"]
    return [build, ["java", "@java/args", "Canal", path], ["java", "@java/args", "Wscn", path, WSCN_PAGE]]


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    certificates = record(program, lambda scenario, _: bundled(program, scenario))
    python, node = sys.executable, "node"
    clients = [(python, "canal_zeep.py"), (python, "wscn_zeep.py"), (node, "canal_soap.js"), (node, "wscn_soap.js")]
    for language, script in [*clients, ("php", "wscn_php.php")]:
        record(program, lambda _, scenario: [[language, CLIENTS / script, scenario]])
    record(program, java)
    for target in ["envelope", "payload", "certificate"]:
        shutil.rmtree(SEEDS / target, ignore_errors=True)
    shapes = {shape(octets): octets for octets in Proxy.kept if len(octets) <= LARGEST}
    for octets in shapes.values():
        write("envelope", octets)
    within = [found for octets in shapes.values() if (found := payload(octets))]
    for octets in {shape(found): found for found in within}.values():
        write("payload", octets)
    for der in certificates:
        write("certificate", der)


main()
