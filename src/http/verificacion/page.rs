//! What is read on the pages: Spanish, without script, in an order that makes sense without style (E-54).

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use openssl::sha::sha256;

use crate::channel::cea::{Asked, Shown};

/// The style, which is within the pages.
const STYLE: &str = include_str!("estilo.css");
/// Where the first page is, as the others know it: whatever stands before it in the address stays.
const FIRST: &str = "verificacion";

/// The style as a policy names it (CSP 3, §2.3.1).
pub(super) static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", STANDARD.encode(sha256(STYLE.as_bytes()))));

/// What every page says of the service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    /// Whether what it says has no legal effect.
    pub(super) is_of_tests: bool,
    /// For how many years documents are verified.
    pub(super) years: u32,
    /// The name of the published log, if one is.
    pub(super) log: Option<&'a str>,
}

/// What was written into the first form.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written<'a> {
    pub(super) id: &'a str,
    pub(super) fecha: &'a str,
}

const ID_WRONG: &str =
    "El identificador del documento tiene doce letras y cifras. No lleva las letras I, L, O ni U.";
const DATE_WRONG: &str =
    "La fecha tiene ocho cifras: dos del día, dos del mes y cuatro del año, como 02032026.";
const GROUP_WRONG: &str = "tiene cinco letras y cifras.";

/// The first step: which document it is. Of each field, whether it can be read.
pub(super) fn first(site: Site<'_>, written: Written<'_>, read: Option<(bool, bool)>) -> Markup {
    let (id_read, date_read) = read.unwrap_or((true, true));
    let mut errors = Vec::new();
    if !id_read {
        errors.push(("id", ID_WRONG.to_owned()));
    }
    if !date_read {
        errors.push(("fecha", DATE_WRONG.to_owned()));
    }
    let title = titled("Verificación de documentos: paso 1 de 2", &errors);
    page(
        site,
        &title,
        &html! {
            (summary(&errors))
            p.paso { "Paso 1 de 2" }
            h1 { "Verificar un documento" }
            p {
                "Aquí se comprueba, sin certificado ni registro, que un justificante o un certificado lo expidió este servicio y \
                 que nadie lo ha cambiado. Hace falta tener delante su código electrónico de autenticidad (CEA)."
            }
            form.hoja method="post" action=(FIRST) autocomplete="off" novalidate {
                (field("id", "Identificador del documento", written.id, if id_read { "" } else { ID_WRONG }, &html! {
                    "Doce letras y cifras. Puede escribirlas en minúsculas y con espacios o guiones."
                }))
                (field("fecha", "Fecha", written.fecha, if date_read { "" } else { DATE_WRONG }, &html! {
                    "Día, mes y año. Por ejemplo, 02032026 o 02/03/2026."
                }))
                button type="submit" { "Continuar" }
            }
            section aria-labelledby="donde" {
                h2 #donde { "Dónde está el código" }
                p { "Al pie de cada página del documento: un identificador, una fecha y un código de seis grupos." }
                p.muestra {
                    "Por ejemplo:"
                    code { "CEA AC7K2M9QXW4T · 02032026" }
                    code { "A1B2C-D3E4F-G5H6J-K7M8N-P9Q0R-S1T2V" }
                }
            }
        },
    )
}

/// The second step: two groups of the code. Of each, whether it can be read.
pub(super) fn second(site: Site<'_>, asked: &Asked, read: [bool; 2]) -> Markup {
    let names = ["primero", "segundo"];
    let fields = || asked.grupos.into_iter().zip(names).zip(read);
    let errors: Vec<(&str, String)> = fields()
        .filter(|(_, read)| !read)
        .map(|((grupo, name), _)| (name, format!("El grupo {grupo} {GROUP_WRONG}")))
        .collect();
    let title = titled("Verificación de documentos: paso 2 de 2", &errors);
    let [one, other] = asked.grupos;
    page(
        site,
        &title,
        &html! {
            (summary(&errors))
            p.paso { "Paso 2 de 2" }
            h1 { "Escriba los grupos " (one) " y " (other) " del código" }
            p {
                "Documento " span.cifra { (asked.id) } ", de fecha " (asked.fecha) ". "
                a href=(FIRST) { "Es otro documento" }
            }
            form.hoja method="post" action=(FIRST) autocomplete="off" novalidate {
                input type="hidden" name="reto" value=(asked.question);
                p #ayuda-grupos .ayuda { "Cuente los seis grupos de izquierda a derecha. Cada uno tiene cinco letras y cifras." }
                @for (name, error) in &errors {
                    p.error id={ (name) "-error" } { "Error: " (error) }
                }
                ol.grupos {
                    @for grupo in 1..=6_u8 {
                        li {
                            @if let Some(((_, name), read)) = fields().find(|((asked, _), _)| *asked == grupo) {
                                label for=(name) { "Grupo " (grupo) }
                                (group(name, read))
                            } @else {
                                span.rotulo aria-hidden="true" { "Grupo " (grupo) " " }
                                span.oculto aria-hidden="true" { "·····" }
                            }
                        }
                    }
                }
                button type="submit" { "Verificar" }
            }
            p.ayuda { "Tiene diez minutos. Los grupos que se piden no son siempre los mismos, para que nadie los averigüe probando." }
        },
    )
}

/// The document was issued.
pub(super) fn found(site: Site<'_>, shown: &Shown) -> Markup {
    page(
        site,
        "Documento auténtico: verificación de documentos",
        &html! {
            div.veredicto.bien {
                (mark("M12 25l9 9 16-19"))
                div {
                    h1 { "Documento auténtico" }
                    p { "Lo expidió este servicio, y se conserva tal como se expidió." }
                }
            }
            div.hoja {
                dl {
                    (fact("Documento", &html! { (shown.titulo) }))
                    @if let Some(numero) = &shown.numero { (fact("Número", &html! { (numero) })) }
                    (fact("Expedido", &html! { (shown.emitido) br; "hora oficial peninsular" }))
                    (fact("Identificador y fecha", &html! { span.cifra { (shown.id) } br; (shown.fecha) }))
                    (fact("Integridad", &html! { "Coincide octeto a octeto con el que se expidió y con su asiento en el registro" }))
                    (fact("Huella (SHA-256)", &html! { span.cifra { (shown.huella) } }))
                    (fact("Posición en el registro", &html! {
                        @match shown.indice {
                            Some(indice) => { "Hoja " (indice) @if let Some(log) = site.log { " de " (log) } },
                            None => "Se asigna en unos instantes",
                        }
                    }))
                }
            }
            div.acciones {
                a.boton href={ (FIRST) "/documento/" (shown.link) } type="application/pdf" {
                    "Ver el documento original (PDF, " (kilobytes(shown.size)) " kB)"
                }
                a href=(FIRST) { "Verificar otro documento" }
            }
            p.ayuda {
                "Compare el original con el que tiene delante: deben decir lo mismo. El enlace sirve una sola vez, durante diez minutos."
            }
        },
    )
}

/// Something that was said is wrong, whatever it is.
pub(super) fn no_match(site: Site<'_>) -> Markup {
    page(
        site,
        "No coincide: verificación de documentos",
        &html! {
            div.veredicto.mal role="alert" {
                (mark("M14 14l22 22M36 14L14 36"))
                div {
                    h1 { "No coincide" }
                    p { "Con esos datos no hay ningún documento que se pueda verificar." }
                }
            }
            div.hoja {
                h2 { "Qué puede haber pasado" }
                ul {
                    li { "El identificador, la fecha o alguno de los dos grupos no es como está en el documento." }
                    li { "El documento tiene más de " (site.years) " años." }
                    li { "En la última hora se ha respondido mal demasiadas veces sobre ese documento: hay que esperar una hora." }
                    li { "El documento no lo expidió este servicio." }
                }
            }
            (again())
        },
    )
}

/// The question cannot be answered any longer.
pub(super) fn over(site: Site<'_>) -> Markup {
    notice(
        site,
        "La pregunta ha caducado",
        "Cada pregunta se responde una vez, en diez minutos. Empiece de nuevo, por favor.",
    )
}

/// The link was followed already, or is too old.
pub(super) fn link_over(site: Site<'_>) -> Markup {
    notice(
        site,
        "El enlace ya no sirve",
        "El enlace al documento sirve una vez, durante diez minutos. Verifique de nuevo el documento para tener otro.",
    )
}

/// Too many wrong answers came from there.
pub(super) fn too_many(site: Site<'_>) -> Markup {
    notice(
        site,
        "Demasiados intentos",
        "Desde su conexión se ha respondido mal demasiadas veces en la última hora. Vuelva a intentarlo más tarde.",
    )
}

/// It cannot be told now.
pub(super) fn later(site: Site<'_>) -> Markup {
    notice(
        site,
        "Ahora no se puede verificar",
        "El servicio no puede consultar el registro en este momento. Inténtelo otra vez dentro de unos minutos.",
    )
}

/// What was sent is none of the forms.
pub(super) fn unread(site: Site<'_>) -> Markup {
    notice(
        site,
        "No se ha entendido lo enviado",
        "Empiece de nuevo desde el formulario, por favor.",
    )
}

fn notice(site: Site<'_>, title: &str, text: &str) -> Markup {
    page(
        site,
        &format!("{title}: verificación de documentos"),
        &html! {
            h1 { (title) }
            p role="alert" { (text) }
            (again())
        },
    )
}

fn again() -> Markup {
    html! { div.acciones { a.boton href=(FIRST) { "Empezar de nuevo" } } }
}

fn page(site: Site<'_>, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="es" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="format-detection" content="telephone=no";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.salto href="#contenido" { "Ir al contenido" }
                header {
                    @if site.is_of_tests { strong.pruebas { "SIN VALOR: ENTORNO DE PRUEBAS" } }
                    p { "Notificaciones electrónicas " span { "Verificación de documentos" } }
                }
                main #contenido tabindex="-1" { (content) }
                footer {
                    p {
                        "Los documentos se pueden verificar durante " (site.years) " años desde su fecha. Esta página no usa \
                         cookies ni programas."
                    }
                }
            }
        }
    }
}

/// A title tells first that something is wrong: it is what is read aloud first.
fn titled(title: &str, errors: &[(&str, String)]) -> String {
    if errors.is_empty() {
        title.to_owned()
    } else {
        format!("Error: {title}")
    }
}

fn summary(errors: &[(&str, String)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.errores role="alert" {
                h2 { "Revise lo que ha escrito" }
                ul { @for (name, error) in errors { li { a href={ "#" (name) } { (error) } } } }
            }
        }
    }
}

/// A field of the first step; `error` is empty where there is none.
fn field(name: &str, label: &str, value: &str, error: &str, help: &Markup) -> Markup {
    let described = if error.is_empty() {
        format!("{name}-ayuda")
    } else {
        format!("{name}-error {name}-ayuda")
    };
    let is_wrong = (!error.is_empty()).then_some("true");
    html! {
        div.campo {
            label for=(name) { (label) }
            p.ayuda id={ (name) "-ayuda" } { (help) }
            @if !error.is_empty() { p.error id={ (name) "-error" } { "Error: " (error) } }
            input id=(name) name=(name) type="text" value=(value) autocomplete="off" autocapitalize="characters" spellcheck="false"
                aria-required="true" aria-describedby=(described) aria-invalid=[is_wrong]
                inputmode=[(name == "fecha").then_some("numeric")];
        }
    }
}

fn group(name: &str, read: bool) -> Markup {
    let described = if read {
        "ayuda-grupos".to_owned()
    } else {
        format!("{name}-error ayuda-grupos")
    };
    html! {
        input id=(name) name=(name) type="text" autocomplete="off" autocapitalize="characters" spellcheck="false"
            aria-required="true" aria-describedby=(described) aria-invalid=[(!read).then_some("true")];
    }
}

fn fact(label: &str, value: &Markup) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

/// A drawing that says what the heading beside it says.
fn mark(path: &str) -> Markup {
    html! {
        svg viewBox="0 0 50 50" aria-hidden="true" focusable="false" {
            circle cx="25" cy="25" r="22" fill="none" stroke="currentColor" stroke-width="3" {}
            path d=(path) fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}

/// Thousands of octets, at least one.
fn kilobytes(octets: usize) -> usize {
    octets.div_ceil(1000).max(1)
}
