//! A message whose signer says for which address or action it is: another service or operation does not take it.

use notess::client::calls::AnswerError;
use notess::contract::wscn::Entorno;
use notess::signature::SigningKey;
use notess::xml::soap::SoapVersion;

use crate::common::caller::{code_of, payload_of};
use crate::common::headers::{block, with_block, with_signed_block};
use crate::common::wscn::signing_key;
use crate::common::{Backend, TestApp};

over_both_databases!(
    canal_takes_a_message_only_for_the_address_and_action_that_its_signer_names,
    wscn_takes_a_message_only_for_the_address_and_action_that_its_signer_names,
    the_address_is_that_of_the_settings_where_they_say_it,
);

const VERSIONS: [&str; 2] = [
    "http://www.w3.org/2005/08/addressing",
    "http://schemas.xmlsoap.org/ws/2004/08/addressing",
];

/// A contract, as these tests use it.
struct Door<'e> {
    key: &'e SigningKey,
    /// A new message without such headers.
    fresh: &'e dyn Fn() -> String,
    /// Whether a message is taken; if not, it is refused with the words of another destination.
    taken: &'e dyn Fn(&str) -> bool,
}

impl Door<'_> {
    fn takes_signed(&self, blocks: &[String]) -> bool {
        let message = blocks.iter().fold((self.fresh)(), |message, block| {
            with_signed_block(&message, self.key, block)
        });
        (self.taken)(&message)
    }

    fn check(&self, header: &str, right: &[&str], wrong: &[&str]) {
        for version in VERSIONS {
            let named = |text: &str| block(version, header, "A-1", text);
            for text in right {
                assert!(self.takes_signed(&[named(text)]), "{header} {text}");
                let again = named(text).replace("A-1", "A-2");
                assert!(!self.takes_signed(&[named(text), again]), "{header} twice");
            }
            for text in wrong {
                assert!(!self.takes_signed(&[named(text)]), "{header} {text}");
                let unsigned = with_block(&(self.fresh)(), &named(text));
                assert!((self.taken)(&unsigned), "anybody may have put it there");
            }
            assert!(!self.takes_signed(&[named("<x></x>")]), "no text");
        }
    }
}

fn at_canal(app: &TestApp, check: impl FnOnce(&Door<'_>)) {
    let titular = app.scenario().all_roles();
    let caller = app.as_(titular);
    let payload = payload_of("<consultarPoderdantes xmlns=\"urn:notess:canal:1\"/>");
    let taken = |message: &str| match caller.connection.send(message.as_bytes()) {
        Ok(_) => true,
        refused => {
            assert_eq!(
                code_of(refused.map_err(AnswerError::from)),
                "MENSAJE_OTRO_DESTINO"
            );
            false
        }
    };
    check(&Door {
        key: &signing_key(titular),
        fresh: &|| String::from_utf8(caller.connection.sign(&payload).unwrap()).unwrap(),
        taken: &taken,
    });
}

fn at_wscn(app: &TestApp, check: impl FnOnce(&Door<'_>)) {
    let program = app.wscn_as(app.scenario().all_roles());
    let payload = program.payload("solicitarPoderdantes", "");
    let taken = |message: &str| {
        let answer = program.send(message.as_bytes());
        if answer.status != 200 {
            assert_eq!((answer.status, answer.codigo()), (500, 133), "{answer:?}");
            let text = answer.text_of("descripcion").unwrap();
            assert!(text.contains("cabecera firmada wsa:"), "{text}");
        }
        answer.status == 200
    };
    check(&Door {
        key: &program.key,
        fresh: &|| String::from_utf8(program.signed(SoapVersion::V11, &payload)).unwrap(),
        taken: &taken,
    });
}

fn canal_takes_a_message_only_for_the_address_and_action_that_its_signer_names(backend: Backend) {
    let app = TestApp::start(backend);
    let address = app.url("/canal/v1");
    at_canal(&app, |canal| {
        canal.check(
            "To",
            &[&address, &address.replace("http:", "HTTP:"), ""],
            &[
                "https://sede.example/canal/v1",
                &app.url(Entorno::Pruebas.path()),
                &address.replace("http:", "https:"),
            ],
        );
        canal.check(
            "Action",
            &[
                "urn:notess:canal:1:consultarPoderdantes",
                "urn:consultarPoderdantes",
                "",
            ],
            &["urn:notess:canal:1:consultarNotificaciones", "urn:otra"],
        );
    });
}

fn wscn_takes_a_message_only_for_the_address_and_action_that_its_signer_names(backend: Backend) {
    let app = TestApp::start(backend);
    at_wscn(&app, |wscn| {
        wscn.check(
            "To",
            &[&app.url(Entorno::Pruebas.path())],
            &[
                &app.url(Entorno::Produccion.path()),
                "https://sede.example/INFRWSCN/WSCNService",
                &app.url("/canal/v1"),
            ],
        );
        wscn.check(
            "Action",
            &["urn:solicitarPoderdantes", ""],
            &["urn:enviarAcuseNotificacion", "solicitarPoderdantes"],
        );
    });
}

fn the_address_is_that_of_the_settings_where_they_say_it(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| {
        settings.servicio.url_publica = Some("https://Pre.Example/avisos/".to_owned());
    });
    let check = |door: &Door<'_>, path: &str| {
        let at = |base: &str| base.to_owned() + path;
        door.check(
            "To",
            &[
                &at("https://pre.example/avisos"),
                &at("HTTPS://PRE.example:443/avisos"),
            ],
            &[
                &at("https://sede.example/avisos"),
                &at("https://pre.example"),
                &at("http://pre.example/avisos"),
                &app.url(path),
            ],
        );
    };
    at_canal(&app, |canal| check(canal, "/canal/v1"));
    at_wscn(&app, |wscn| check(wscn, Entorno::Pruebas.path()));
}
