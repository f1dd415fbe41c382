//! Issued documents, verified over HTTP as a browser does.

mod answers;
mod browser;
mod guesses;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use notess::domain::cea::{AZAR, Cea};
use notess::domain::emitido::TipoDocumento;
use notess::domain::notificacion::Codigo;
use notess::store::documentos_emitidos::{Emitido, issue};
use notess::store::journal::{Entry, hold, number};
use notess::store::{Durability, StoreError};
use openssl::rand::rand_bytes;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use uuid::Uuid;

use crate::common::TestApp;

/// Issues the receipt of an acceptance of one of the notifications that are pending, as if it had been accepted.
fn issued(app: &TestApp, which: usize) -> Emitido {
    let numero = app.scenario().all_roles().by_role(1).pendientes[which];
    issued_of(app, numero, app.now())
}

/// The same of a code, made at an instant.
fn issued_of(app: &TestApp, codigo: i32, emitido: DateTime<Utc>) -> Emitido {
    let mut azar = [0; AZAR];
    rand_bytes(&mut azar).unwrap();
    let tipo = TipoDocumento::Aceptacion;
    let cea = Cea::new(tipo, emitido, &azar);
    let document = Emitido {
        tipo,
        codigo: Codigo::new(codigo).unwrap(),
        numero: None,
        octetos: pdf(&format!("Justificante de {codigo}")),
        cea,
        emitido: notess::store::to_the_microsecond(emitido),
        peticion: Uuid::now_v7(),
        de_nuevo: true,
    };
    let store = app.store();
    store
        .write::<_, StoreError, _>(Durability::Full, |conn| {
            let asentado = issue(conn, &document)?;
            let held = hold(conn)?;
            let entry = Entry {
                instante: held.last().map_or(app.now(), |last| last.max(app.now())),
                peticion: document.peticion,
                operacion: "emitir".to_owned(),
                persona: None,
                entidad: None,
                emisor: "servicio".to_owned(),
                serie: String::new(),
                poderdante: None,
                resultado: "hecho".to_owned(),
                detalle: asentado.detalle,
                evidencia: None,
            };
            held.append_with(conn, &entry, &[asentado.hoja]).map(drop)
        })
        .unwrap();
    number(&store).unwrap();
    document
}

/// A page that says something.
fn pdf(text: &str) -> Vec<u8> {
    let [catalog, pages, page, font, contents] = [1, 2, 3, 4, 5].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages).lang(TextStr("es"));
    pdf.pages(pages).kids([page]).count(1);
    let mut written = pdf.page(page);
    written
        .media_box(Rect::new(0.0, 0.0, 595.0, 842.0))
        .parent(pages)
        .contents(contents);
    written.resources().fonts().pair(Name(b"F"), font);
    written.finish();
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    let mut content = Content::new();
    content
        .begin_text()
        .set_font(Name(b"F"), 18.0)
        .next_line(60.0, 760.0);
    content.show(Str(text.as_bytes())).end_text();
    pdf.stream(contents, &content.finish());
    pdf.finish()
}

/// An answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// What is read first.
    fn heading(&self) -> &str {
        between(self.text(), "<h1>", "</h1>")
    }

    /// What tells one answer from another: not when it was given.
    fn alike(&self) -> (u16, BTreeMap<String, String>, &str) {
        let mut headers = self.headers.clone();
        headers.remove("date");
        (self.status, headers, self.text())
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

/// Somebody with a browser.
struct Browser<'a> {
    app: &'a TestApp,
    agent: ureq::Agent,
}

/// Which groups are asked for, counted from 0, and the question.
struct Asked {
    question: String,
    groups: [usize; 2],
}

impl<'a> Browser<'a> {
    fn of(app: &'a TestApp) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build();
        Self {
            app,
            agent: agent.into(),
        }
    }

    fn get(&self, path: &str) -> Answer {
        read(self.agent.get(self.app.url(path)).call().unwrap())
    }

    fn head(&self, path: &str) -> Answer {
        read(self.agent.head(self.app.url(path)).call().unwrap())
    }

    fn send(&self, fields: &[(&str, &str)]) -> Answer {
        let url = self.app.url("/verificacion");
        read(self.agent.post(url).send_form(fields.iter().copied()).unwrap())
    }

    fn name(&self, id: &str, fecha: &str) -> Asked {
        let answer = self.send(&[("id", id), ("fecha", fecha)]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let heading = answer.heading();
        let (one, other) = between(heading, "grupos ", " del").split_once(" y ").unwrap();
        Asked {
            question: between(answer.text(), "name=\"reto\" value=\"", "\"").to_owned(),
            groups: [one, other].map(|number| number.parse::<usize>().unwrap() - 1),
        }
    }

    fn answer(&self, question: &str, groups: [&str; 2]) -> Answer {
        let [one, other] = groups;
        self.send(&[("reto", question), ("primero", one), ("segundo", other)])
    }

    /// Says all that is on a document.
    fn verify(&self, cea: &Cea) -> Answer {
        let asked = self.name(cea.id.as_str(), &cea.fecha_impresa());
        self.answer(&asked.question, asked.right(cea))
    }

    /// Says it with a wrong group.
    fn guess(&self, cea: &Cea) -> Answer {
        let asked = self.name(cea.id.as_str(), &cea.fecha_impresa());
        let [one, _] = asked.right(cea);
        self.answer(&asked.question, [one, "00000"])
    }
}

impl Asked {
    fn right<'c>(&self, cea: &'c Cea) -> [&'c str; 2] {
        let groups: Vec<&str> = cea.codigo.grupos().collect();
        self.groups.map(|group| groups[group])
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    Answer {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: response.body_mut().read_to_vec().unwrap(),
    }
}
