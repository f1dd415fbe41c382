//! The list of admitted issuers, as an operator keeps it on the command line.

use std::path::Path;
use std::process::Output;

use notess::store::{StoreError, admitted};
use openssl::x509::X509;

use crate::common::{Backend, TestApp};
use crate::process::{notess, path, text};

over_both_databases!(
    an_issuer_retired_again_keeps_the_earlier_end,
    an_admission_that_could_never_work_is_refused_by_its_option,
    an_issuer_that_is_admitted_already_is_told_with_its_entry,
    a_file_that_is_not_one_certificate_is_refused_in_words_of_its_own,
);

fn an_issuer_retired_again_keeps_the_earlier_end(backend: Backend) {
    let app = TestApp::start(backend);
    let id = app.store().read::<_, StoreError, _>(admitted::list).unwrap()[0].id;
    let config = path(&app.world_folder().join("notess.toml")).to_owned();
    let retire = |from: &str| {
        let id = id.to_string();
        let arguments = [
            "certificados",
            "retirar",
            &id,
            "--desde",
            from,
            "--config",
            &config,
        ];
        let retired = notess(&arguments, &app.settings.database_url);
        assert!(retired.status.success(), "{}", text(&retired.stderr));
        text(&retired.stdout)
    };
    assert!(retire("2031-05-01").contains("not admitted from 2031-05-01"));
    assert!(retire("2030-05-01").contains("not admitted from 2030-05-01"));
    let told = retire("2032-05-01");
    assert!(told.contains("already") && told.contains("2030-05-01"), "{told}");
}

/// Runs `certificados admitir`.
fn admit(app: &TestApp, certificate: &Path, more: &[&str]) -> Output {
    let config = path(&app.world_folder().join("notess.toml")).to_owned();
    let first = ["certificados", "admitir", path(certificate), "--config", &config];
    notess(&[&first[..], more].concat(), &app.settings.database_url)
}

fn an_admission_that_could_never_work_is_refused_by_its_option(backend: Backend) {
    let app = TestApp::start(backend);
    let [ours, other] = [&app.scenario().ca_admitida, &app.scenario().ca_no_admitida];
    let no_list = path(&ours.certificado);
    let without = "--sin-revocacion";
    for (more, told) in [
        (&["--crl", path(&other.crl)][..], "`--crl`: "),
        (&["--crl", no_list], "cannot be read"),
        (&["--crl", "/no/such.crl"], "`--crl`: /no/such.crl"),
        (
            &[without, "--politica", "anyPolicy"],
            "`--politica`: \"anyPolicy\"",
        ),
        (
            &[without, "--politica", "1.3.6", "--politica", "1.3.6 1.3.7"],
            "`--politica`",
        ),
        (
            &[without, "--desde", "2031-05-01", "--hasta", "2031-05-01"],
            "`--hasta`",
        ),
        (
            &[without, "--desde", "2031-05-02", "--hasta", "2031-05-01"],
            "`--hasta`",
        ),
        (&[without, "--hasta", "2020-01-01"], "`--hasta`"),
        (
            &[without, "--desde", "2020-01-01", "--hasta", "2021-01-01"],
            "`--hasta`",
        ),
        (&[without, "--desde", "2099-01-01"], path(&ours.certificado)),
    ] {
        let refused = admit(&app, &ours.certificado, more);
        assert_eq!(refused.status.code(), Some(1), "{more:?}");
        assert!(
            text(&refused.stderr).contains(told),
            "{more:?}: {}",
            text(&refused.stderr)
        );
        assert!(refused.stdout.is_empty(), "{more:?}");
    }
    let rows = app.store().read::<_, StoreError, _>(admitted::list).unwrap();
    assert_eq!(rows.len(), 1, "nothing of it is on the list");
    let good = [
        "--crl",
        path(&other.crl),
        "--politica",
        "1.3.6.1.4.1.5734.3.10.1",
        "--hasta",
        "2035-01-01",
    ];
    let taken = admit(&app, &other.certificado, &good);
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    assert!(taken.stderr.is_empty(), "{}", text(&taken.stderr));
}

fn an_issuer_that_is_admitted_already_is_told_with_its_entry(backend: Backend) {
    let app = TestApp::start(backend);
    let ours = &app.scenario().ca_admitida;
    let id = app.store().read::<_, StoreError, _>(admitted::list).unwrap()[0].id;
    let taken = admit(
        &app,
        &ours.certificado,
        &["--crl", path(&ours.crl), "--politica", "1.2.3"],
    );
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    let told = text(&taken.stderr);
    assert!(
        told.contains(&format!("warning: entry {id} admits the same certificate")),
        "{told}"
    );
}

fn a_file_that_is_not_one_certificate_is_refused_in_words_of_its_own(backend: Backend) {
    let app = TestApp::start(backend);
    let [ours, other] = [&app.scenario().ca_admitida, &app.scenario().ca_no_admitida]
        .map(|ca| std::fs::read(&ca.certificado).unwrap());
    let der = X509::from_pem(&ours).unwrap().to_der().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca");
    let too_large = [&[0x30, 0x83, 1, 0, 0][..], &vec![0; 65_536]].concat();
    let bag = &b"Bag Attributes\n    friendlyName: AC\n"[..];
    for (octets, told) in [
        (
            [&ours[..], &other].concat(),
            "it holds 2 certificates: leave in a file only that of the issuer",
        ),
        (
            [bag, &ours, bag, &other, bag, &ours].concat(),
            "it holds 3 certificates",
        ),
        (
            too_large,
            "its certificate has 65541 octets, more than the 65536 that are read",
        ),
        (
            std::fs::read(&app.scenario().all_roles().clave).unwrap(),
            "its blocks in PEM are no certificates",
        ),
        ([&der[..], &der].concat(), "it holds 2 certificates"),
        (der[..der.len() - 1].to_vec(), "not an X.509 certificate"),
    ] {
        std::fs::write(&file, octets).unwrap();
        let refused = admit(&app, &file, &["--sin-revocacion"]);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(
            said.contains(&format!("{}: {told}", path(&file))),
            "{told}: {said}"
        );
        assert!(refused.stdout.is_empty(), "{said}");
    }
    let rows = app.store().read::<_, StoreError, _>(admitted::list).unwrap();
    assert_eq!(rows.len(), 1, "nothing of it is on the list");
    std::fs::write(&file, [bag, &other].concat()).unwrap();
    assert!(admit(&app, &file, &["--sin-revocacion"]).status.success());
}
