<?php
/*
 * Contract WSCN as a PHP program of the field meets it: SoapClient, made from the WSDL that is served, with WS-Security
 * written by hand (DOM and openssl), as PHP has none of its own.
 *
 * Usage: wscn_php.php ESCENARIO.JSON. Runs the whole cycle and the main refusals, and ends with status 0 if all of it went
 * as it must.
 */

declare(strict_types=1);

const DS = 'http://www.w3.org/2000/09/xmldsig#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const PROFILE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3';
const BASE64 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

$escenario = json_decode(file_get_contents($argv[1]), true, flags: JSON_THROW_ON_ERROR);

function expect(mixed $expected, mixed $found, string $what): void
{
    if ($expected !== $found) {
        throw new RuntimeException("$what: " . var_export($found, true) . ' where ' . var_export($expected, true) . ' was due');
    }
}

/** A certificate's base64, without its lines. */
function certificate(array $holder): string
{
    return preg_replace('/-----[^-]+-----|\s/', '', file_get_contents($holder['certificado']));
}

/** Appends an element, with attributes, and gives it. */
function append(DOMNode $parent, ?string $namespace, string $name, array $attributes = [], string $text = ''): DOMElement
{
    $document = $parent->ownerDocument ?? $parent;
    $element = $parent->appendChild($document->createElementNS($namespace, $name));
    foreach ($attributes as $attribute => $value) {
        $element->setAttribute($attribute, $value);
    }
    if ($text !== '') {
        $element->appendChild($document->createTextNode($text));
    }
    return $element;
}

/** Appends a signature of an element by its id; KeyInfo is left to the caller. */
function sign(DOMElement $parent, string $id, string $octets, array $holder, string $canonical, array $transforms): DOMElement
{
    $signature = append($parent, DS, 'ds:Signature');
    $info = append($signature, DS, 'ds:SignedInfo');
    append($info, DS, 'ds:CanonicalizationMethod', ['Algorithm' => $canonical]);
    append($info, DS, 'ds:SignatureMethod', ['Algorithm' => RSA_SHA256]);
    $reference = append($info, DS, 'ds:Reference', ['URI' => "#$id"]);
    $list = append($reference, DS, 'ds:Transforms');
    foreach ($transforms as $transform) {
        append($list, DS, 'ds:Transform', ['Algorithm' => $transform]);
    }
    append($reference, DS, 'ds:DigestMethod', ['Algorithm' => SHA256]);
    append($reference, DS, 'ds:DigestValue', [], base64_encode(hash('sha256', $octets, true)));
    $key = openssl_pkey_get_private(file_get_contents($holder['clave']));
    openssl_sign($info->C14N($canonical === EXCLUSIVE), $value, $key, OPENSSL_ALGO_SHA256);
    append($signature, DS, 'ds:SignatureValue', [], base64_encode($value));
    return append($signature, DS, 'ds:KeyInfo');
}

/** Signs each message in the WSS4J way before it goes out. */
final class SignedClient extends SoapClient
{
    public bool $sign = true;
    /** Changes a message after it was signed. */
    public ?Closure $spoil = null;

    public function __construct(string $wsdl, private array $holder)
    {
        parent::__construct($wsdl, ['cache_wsdl' => WSDL_CACHE_NONE, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
    }

    public function __doRequest(string $request, string $location, string $action, int $version, bool $oneWay = false): ?string
    {
        if ($this->sign) {
            $request = $this->signed($request);
        }
        if ($this->spoil !== null) {
            $request = ($this->spoil)($request);
        }
        return parent::__doRequest($request, $location, $action, $version, $oneWay);
    }

    private function signed(string $request): string
    {
        $document = new DOMDocument();
        $document->loadXML($request);
        $envelope = $document->documentElement;
        $body = $envelope->getElementsByTagNameNS($envelope->namespaceURI, 'Body')->item(0);
        $body->setAttributeNS(WSU, 'wsu:Id', 'cuerpo');
        $header = $document->createElementNS($envelope->namespaceURI, 'SOAP-ENV:Header');
        $envelope->insertBefore($header, $body);
        $security = append($header, WSSE, 'wsse:Security');
        $types = ['EncodingType' => BASE64, 'ValueType' => PROFILE];
        $token = append($security, WSSE, 'wsse:BinarySecurityToken', $types, certificate($this->holder));
        $token->setAttributeNS(WSU, 'wsu:Id', 'certificado');
        $key = sign($security, 'cuerpo', $body->C14N(true), $this->holder, EXCLUSIVE, [EXCLUSIVE]);
        $token = append($key, WSSE, 'wsse:SecurityTokenReference');
        append($token, WSSE, 'wsse:Reference', ['URI' => '#certificado', 'ValueType' => PROFILE]);
        return $document->saveXML();
    }
}

/** Adds the signer's own signature beside the service's. */
function cosign(string $acuse, array $holder): string
{
    $document = new DOMDocument();
    $document->loadXML($acuse);
    $data = $document->getElementsByTagName('ProsaSignatureData')->item(0);
    expect('ProsaData', $data->getAttribute('Id'), 'what is to be signed');
    $key = sign($document->documentElement, 'ProsaData', $data->C14N(), $holder, INCLUSIVE, [ENVELOPED]);
    append(append($key, DS, 'ds:X509Data'), DS, 'ds:X509Certificate', [], certificate($holder));
    return $document->saveXML();
}

function holder_where(array $escenario, string $state, array $roles): array
{
    foreach ($escenario['titulares'] as $holder) {
        $reached = array_column($holder['poderdantes'], 'rol');
        $rsa = openssl_pkey_get_details(openssl_pkey_get_private(file_get_contents($holder['clave'])))['type'] === OPENSSL_KEYTYPE_RSA;
        if ($holder['estado_certificado'] === $state && $rsa && array_diff($roles, $reached) === []) {
            return $holder;
        }
    }
    throw new RuntimeException("no holder $state");
}

/** The code of the fault that a call ends in. */
function fault_of(SoapClient $client): int
{
    try {
        $client->solicitarPoderdantes([]);
    } catch (SoapFault $fault) {
        return (int) $fault->detail->WSCNPruebasExcepcionSistema->error->codigo;
    }
    throw new RuntimeException('no fault');
}

$wsdl = $escenario['urls']['wscn_wsdl'];
$holder = holder_where($escenario, 'vigente', [1, 2, 3]);
$client = new SignedClient($wsdl, $holder);

$granted = $client->solicitarPoderdantes([])->listadoPoderdantes;
expect(0, $granted->error->codigo, 'solicitarPoderdantes');
expect(true, $granted->tienePoderdantes, 'tienePoderdantes');

foreach ([1, 2, 3] as $rol) {
    $of = current(array_filter($holder['poderdantes'], fn ($p) => $p['rol'] === $rol && count($p['pendientes']) >= 3));
    [$first, $second] = $of['pendientes'];
    $by = ['rol' => $rol, 'identificadorPoderdante' => $of['nif']];
    $ask = fn (int $which, bool $accept) => $client->solicitarAcuseNotificacion(
        $by + ['codigoNotificacion' => $which, 'esDeAceptacion' => $accept]
    )->acuseNotificacion;
    $send = fn (string $acuse) => $client->enviarAcuseNotificacion($by + ['xmlAcuseFirmado' => $acuse])->notificacionRecuperada;
    $view = fn (int $which) => $client->verNotificacionAceptada($by + ['codigoNotificacion' => $which])->notificacionRecuperada;

    $page = $client->consultarListadoNotificaciones($by + [
        'codigoSiguienteNotificacionPropia' => $first,
        'codigoSiguienteNotificacionAutorizadoRED' => $first,
        'codigoSiguienteNotificacionApoderado' => $first,
    ])->listadoNotificaciones;
    $list = [1 => 'notificacionesPropias', 'notificacionesAutorizadoRED', 'notificacionesApoderado'][$rol];
    expect(0, $page->error->codigo, 'consultarListadoNotificaciones');
    expect($first, $page->$list[0]->codigo, 'what the listing begins with');

    expect(143 + $rol, $view($first)->error->codigo, 'undecided');
    $acuse = $ask($first, true);
    expect(0, $acuse->error->codigo, 'solicitarAcuseNotificacion');
    expect(20, $send($acuse->XML)->error->codigo, 'an acuse that was not signed');
    $signed = cosign($acuse->XML, $holder);
    expect(14, $send(str_replace('ACEPTACION', 'RECHAZO', $signed))->error->codigo, 'an altered acuse');
    $accepted = $send($signed);
    expect(0, $accepted->error->codigo, 'an acceptance');
    expect($first, $accepted->codigoNotificacion, 'codigoNotificacion');
    expect('%PDF-', substr($accepted->pdfNotificacion, 0, 5), 'the document');
    expect($accepted->pdfNotificacion, $view($first)->pdfNotificacion, 'the document again');
    expect(132 + 3 * $rol, $ask($first, false)->error->codigo, 'an acceptance that is rejected');
    expect(0, $send(cosign($ask($second, false)->XML, $holder))->error->codigo, 'a rejection');
    expect(27, $view($second)->error->codigo, 'rejected');
}

$client->sign = false;
expect(2, fault_of($client), 'not signed');
$client->sign = true;
$client->spoil = fn (string $request) => str_replace('solicitarPoderdantes', 'solicitarPoderdantez', $request);
expect(2, fault_of($client), 'altered on its way');
foreach (['caducado', 'revocado', 'no_admitido'] as $state) {
    expect(1, fault_of(new SignedClient($wsdl, holder_where($escenario, $state, []))), $state);
}
echo "php: ok\n";
