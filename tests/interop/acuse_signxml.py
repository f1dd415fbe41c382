"""Verifies a sealed acuse by signxml's XAdES verifier: ACUSE CERTIFICATE-OF-THE-SEAL. Prints what it signs beside the document."""

import sys

from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

with open(sys.argv[1], "rb") as file:
    acuse = file.read()
with open(sys.argv[2], "r") as file:
    certificate = file.read()

config = XAdESSignatureConfiguration(expect_references=2)
results = XAdESVerifier().verify(acuse, x509_cert=certificate, expect_config=config)
document, properties = results
assert document.signed_xml.tag == "{urn:notess:acuse:1}acuse", document.signed_xml.tag
assert not document.signed_xml.findall("{http://www.w3.org/2000/09/xmldsig#}Signature")
xades = "{http://uri.etsi.org/01903/v1.3.2#}"
signed = properties.signed_xml
for name in ("SigningTime", "SigningCertificateV2", "DataObjectFormat", "Identifier", "MimeType"):
    element = signed.find(f".//{xades}{name}")
    assert element is not None, name
    if element.text:
        print(element.text)
