<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

/**
 * Pruebas de un programa de gestoría contra un notess de demostración. Se ejecutan con PHPUnit:
 *
 *     notess demo --datos mundo --puerto 8097 --control 8098 --notificaciones 300 &
 *     phpunit NotificacionesTest.php
 */
final class NotificacionesTest extends TestCase
{
    private static string $mundo;
    private static array $escenario;
    private static array $empresa;
    private static array $propias;
    private static int $codigo;

    public static function setUpBeforeClass(): void
    {
        self::$mundo = getenv('MUNDO') ?: 'mundo';
        self::$escenario = json_decode(file_get_contents(self::$mundo . '/escenario.json'), true);
        $titulares = array_column(self::$escenario['titulares'], null, 'nombre');
        self::$empresa = $titulares['empresa'];
        self::$propias = array_column(self::$empresa['poderdantes'], null, 'rol')[1];
        self::$codigo = self::$propias['pendientes'][0];
    }

    /** Cada prueba empieza con el mundo como se preparó. */
    protected function setUp(): void
    {
        $this->control('POST', '/origen');
    }

    /** Una llamada a la puerta de control. */
    private function control(string $metodo, string $ruta, ?array $cuerpo = null): array
    {
        $http = ['method' => $metodo, 'content' => $cuerpo === null ? '' : json_encode($cuerpo)];
        $http['header'] = 'Content-Type: application/json';
        $url = self::$escenario['urls']['control'] . $ruta;
        return json_decode(file_get_contents($url, false, stream_context_create(['http' => $http])), true);
    }

    /** Su programa. Aquí hace sus veces el cliente que trae notess. */
    private function programa(string $operacion, string ...$argumentos): array|string
    {
        $orden = [getenv('NOTESS') ?: 'notess', 'cliente', $operacion, '--url', self::$escenario['urls']['canal'], '--json',
            '--p12', self::$mundo . '/' . self::$empresa['p12'], '--contrasena', self::$empresa['contrasena'],
            '--servicio', self::$mundo . '/' . self::$escenario['servicio']['certificado'],
            '--poderdante', self::$propias['nif'], ...$argumentos];
        $proceso = proc_open($orden, [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $salidas);
        [$dicho, $error] = [stream_get_contents($salidas[1]), stream_get_contents($salidas[2])];
        proc_close($proceso);
        return $dicho === '' ? $error : json_decode($dicho, true);
    }

    private function firmar(): array|string
    {
        return $this->programa('firmar', '--advertencia', self::$escenario['advertencia'], (string) self::$codigo);
    }

    private function pendientes(): array
    {
        return array_column($this->programa('consultar', '--estado', '0', '--estado', '1'), 'codigo');
    }

    public function testLoQueSeFirmaDejaDeEstarPendiente(): void
    {
        self::assertContains(self::$codigo, $this->pendientes());
        self::assertNotNull($this->firmar()[0]['acuse']);
        self::assertNotContains(self::$codigo, $this->pendientes());
    }

    public function testALosDiezDiasYaNoSePuedeFirmar(): void
    {
        $this->control('POST', '/reloj', ['avance' => '+11d']);
        self::assertSame([], $this->pendientes());
        self::assertSame('CADUCADA', $this->firmar()[0]['error']['codigo']);
    }

    public function testSiSePierdeLaRespuestaRepetirDaElMismoAcuse(): void
    {
        $this->control('POST', '/fallos', ['fallo' => 'respuesta_perdida', 'operacion' => 'firmarNotificaciones']);
        self::assertStringContainsString('no hay respuesta', $this->firmar());
        [$segunda, $tercera] = [$this->firmar()[0], $this->firmar()[0]];
        self::assertTrue($segunda['repetida']);
        self::assertSame($segunda['acuse'], $tercera['acuse']);
    }

    public function testUnServicioOcupadoPideQueSeVuelva(): void
    {
        $this->control('POST', '/fallos', ['fallo' => 'ocupado', 'operacion' => 'consultarNotificaciones']);
        self::assertStringContainsString('SERVICIO_OCUPADO', $this->programa('consultar'));
        self::assertContains(self::$codigo, $this->pendientes());
    }
}
