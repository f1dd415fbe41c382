//! OpenSSL's own authority is believed, and what ours gives OpenSSL believes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use chrono::{TimeDelta, Utc};
use openssl::pkey::PKey;
use openssl::rsa::Rsa;

use super::tsa::{CHECKPOINT, Done, POLICY, Root, Signer, Wanted, serve, text, url};

/// Runs `openssl` in the folder of a root; it must end well.
fn openssl(root: &Root, arguments: &[&str]) -> String {
    let done = Command::new("openssl")
        .args(arguments)
        .current_dir(root.folder.path())
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

fn write(root: &Root, signer: &Signer) {
    fs::write(root.path("tsa.pem"), signer.certificate.to_pem().unwrap()).unwrap();
    fs::write(
        root.path("tsa.key"),
        signer.key.private_key_to_pem_pkcs8().unwrap(),
    )
    .unwrap();
}

const CONFIGURATION: &str = "\
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 2.999.3161.1
digests = sha256
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_alg = ALGORITHM
";

/// Has OpenSSL verify a token over the checkpoint.
fn verified(root: &Root, token: &[u8]) {
    verified_over(root, CHECKPOINT, token);
}

/// The same over other octets.
pub fn verified_over(root: &Root, octets: &[u8], token: &[u8]) {
    fs::write(root.path("checkpoint"), octets).unwrap();
    fs::write(root.path("checkpoint.tst"), token).unwrap();
    let said = openssl(
        root,
        &[
            "ts",
            "-verify",
            "-data",
            "checkpoint",
            "-in",
            "checkpoint.tst",
            "-token_in",
            "-CAfile",
            "raiz.pem",
            "-untrusted",
            "tsa.pem",
        ],
    );
    assert!(said.contains("Verification: OK"), "{said}");
}

#[test]
fn what_openssl_s_authority_answers_is_a_stamp() {
    let root = std::sync::Arc::new(Root::new());
    let rsa = || {
        root.certify(
            Wanted::GOOD,
            PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(),
        )
    };
    for (signer, ess) in [
        (root.issue(Wanted::GOOD), "sha256"),
        (rsa(), "sha512"),
        // Of which the certificate is named by the older attribute.
        (rsa(), "sha1"),
    ] {
        write(&root, &signer);
        fs::write(root.path("tsa.cnf"), CONFIGURATION.replace("ALGORITHM", ess)).unwrap();
        fs::write(root.path("serial"), "01\n").unwrap();
        let its = std::sync::Arc::clone(&root);
        let address = serve(move |question| {
            fs::write(its.path("q.tsq"), question).unwrap();
            openssl(
                &its,
                &[
                    "ts",
                    "-reply",
                    "-config",
                    "tsa.cnf",
                    "-queryfile",
                    "q.tsq",
                    "-out",
                    "a.tsr",
                ],
            );
            Done::Answer(fs::read(its.path("a.tsr")).unwrap())
        });
        let asked = root
            .authorities(&[url(address)], POLICY)
            .stamp(CHECKPOINT, &Utc::now);
        let (stamp, from) = asked
            .stamp
            .unwrap_or_else(|| panic!("{ess}: {:?}", asked.refused));
        assert_eq!(from, url(address));
        assert!((stamp.instante - Utc::now()).abs() < TimeDelta::seconds(30));
        assert_eq!(stamp.certificado, signer.certificate.to_der().unwrap());
        verified(&root, &stamp.token);
    }
}

/// The program's authority, in a process of its own.
struct Running {
    child: Child,
    url: String,
}

impl Running {
    fn start(root: &Root) -> Self {
        let mut child = command(&root.path("tsa.pem"), &root.path("tsa.key"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            child,
            url: line.trim().to_owned(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(certificate: &Path, key: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_notess"));
    command.args([
        "tsa-de-prueba",
        "--certificado",
        text(certificate),
        "--clave",
        text(key),
        "--puerto",
        "0",
    ]);
    command
}

#[test]
fn what_our_authority_answers_openssl_believes() {
    let root = Root::new();
    let rsa = root.certify(
        Wanted::GOOD,
        PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(),
    );
    for signer in [root.issue(Wanted::GOOD), rsa] {
        write(&root, &signer);
        let running = Running::start(&root);
        let asked = root
            .authorities(std::slice::from_ref(&running.url), POLICY)
            .stamp(CHECKPOINT, &Utc::now);
        let (stamp, _) = asked.stamp.unwrap_or_else(|| panic!("{:?}", asked.refused));
        verified(&root, &stamp.token);
        // And a question of OpenSSL's, with a longer digest, without a policy, and once without a nonce.
        for more in [&["-sha512", "-cert"][..], &["-sha256", "-no_nonce", "-cert"]] {
            openssl(
                &root,
                &[&["ts", "-query", "-data", "checkpoint", "-out", "q.tsq"], more].concat(),
            );
            let mut answer = ureq::post(&running.url)
                .header("content-type", "application/timestamp-query")
                .send(&fs::read(root.path("q.tsq")).unwrap())
                .unwrap();
            fs::write(root.path("a.tsr"), answer.body_mut().read_to_vec().unwrap()).unwrap();
            let said = openssl(
                &root,
                &[
                    "ts",
                    "-verify",
                    "-queryfile",
                    "q.tsq",
                    "-in",
                    "a.tsr",
                    "-CAfile",
                    "raiz.pem",
                ],
            );
            assert!(said.contains("Verification: OK"), "{said}");
        }
    }
}

#[test]
fn an_authority_for_tests_dates_nothing_in_production() {
    let root = Root::new();
    write(&root, &root.issue(Wanted::GOOD));
    let refused = command(&root.path("tsa.pem"), &root.path("tsa.key"))
        .env("NOTESS_ENTORNO", "produccion")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("`entorno`"), "{said}");
    fs::write(
        root.path("tsa.key"),
        root.signer.key.private_key_to_pem_pkcs8().unwrap(),
    )
    .unwrap();
    let refused = command(&root.path("tsa.pem"), &root.path("tsa.key"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("`--clave`"), "{said}");
}
