//! One octet changed anywhere.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use notess::pades::verify;

use crate::authorities::{KeyKind, World};
use crate::paper::receipt;
use crate::tools::{laid, name, run};

/// Which octets are changed.
const EVERY: usize = 50;
/// How many of those may lie in the frame of a stamp, which has some forty octets, two figures each.
const FRAMES: usize = 3;

/// Where the signature lies, its brackets included.
fn gap(pdf: &[u8]) -> std::ops::Range<usize> {
    let start = pdf.windows(11).position(|some| some == b"/Contents <").unwrap() + 10;
    let length = pdf[start..].iter().position(|&octet| octet == b'>').unwrap();
    start..start + length + 1
}

fn spoilt(pdf: &[u8], at: usize) -> Vec<u8> {
    let mut spoilt = pdf.to_vec();
    spoilt[at] ^= 1;
    spoilt
}

#[test]
fn every_fiftieth_octet_changed_is_found_by_us() {
    for kind in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        let world = World::new(kind);
        let (_, pdf) = world.signed(&receipt("Talleres Ibáñez, S.L.").to_pdf().unwrap(), 1200);
        let chain = [world.middle.certificate.as_ref()];
        let whole = verify(&pdf, &world.sealing(&chain)).unwrap();
        let mut frames = 0;
        for at in (0..pdf.len()).step_by(EVERY) {
            if let Ok(taken) = verify(&spoilt(&pdf, at), &world.sealing(&chain)) {
                // The frame of a stamp, such as its version: its authority has not signed it, and it proves what it proved.
                assert!(gap(&pdf).contains(&at), "{kind:?}: octet {at} of {}", pdf.len());
                assert_eq!(taken, whole);
                frames += 1;
            }
        }
        assert!(frames <= FRAMES, "{kind:?}: {frames}");
    }
}

/// Poppler looks at no stamp and at no certificate that it was not given; what it must find is whatever is signed.
#[test]
fn every_fiftieth_octet_changed_of_what_is_signed_is_found_by_poppler() {
    let world = World::new(KeyKind::P256);
    let (_, pdf) = world.signed(&receipt("Talleres Ibáñez, S.L.").to_pdf().unwrap(), 1200);
    let (gap, folder) = (gap(&pdf), world.folder());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(EVERY, Ordering::Relaxed);
                    if at >= pdf.len() {
                        return;
                    }
                    if !gap.contains(&at) {
                        poppler_refuses(&pdf, at, folder);
                    }
                }
            });
        }
    });
}

fn poppler_refuses(pdf: &[u8], at: usize, folder: &Path) {
    let file = laid(folder, &format!("{at}.pdf"), &spoilt(pdf, at));
    let told = run("pdfsig", &["-nocert", name(&file)]).text;
    let taken = told.contains("Signature is Valid.") && told.contains("Total document signed");
    assert!(!taken, "octet {at}: {told}");
    std::fs::remove_file(file).unwrap();
}
