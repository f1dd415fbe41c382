//! Codes grow with publication: WSCN's programs ask from the highest code that they hold on.

use super::*;

fn lines(codes: &[u32]) -> String {
    codes
        .iter()
        .map(|codigo| json(*codigo))
        .collect::<Vec<_>>()
        .join("\n")
}

fn published(order: Order, codes: &[u32], sink: &mut Memory) -> Vec<Refusal> {
    let (outcome, refused) = publish_in(
        (order, Carga::Publicacion),
        lines(codes).as_bytes(),
        Format::JsonLines,
        sink,
    );
    outcome.unwrap();
    refused
}

fn late(linea: u64, last: i32) -> Refusal {
    Refusal {
        linea,
        reasons: vec![Reason::OutOfOrder(Codigo::new(last).unwrap())],
    }
}

#[test]
fn a_code_lower_than_one_published_is_refused_on_record_or_in_the_file() {
    let mut sink = Memory::default();
    let refused = published(Order::Ascending, &[5, 3, 9, 7, 10], &mut sink);
    assert_eq!(refused, [late(2, 5), late(4, 9)]);
    assert_eq!(published(Order::Ascending, &[8, 11], &mut sink), [late(1, 10)]);
    let words = late(1, 10).reasons[0].to_string();
    assert!(
        words.contains("--fuera-de-orden") && words.contains("WSCN") && words.contains("10"),
        "{words}"
    );
}

/// Of another addressee too: programs ask for several at once, and go on from one code.
#[test]
fn the_order_is_of_all_addressees_together() {
    let mut sink = Memory::default();
    assert_eq!(published(Order::Ascending, &[5], &mut sink), []);
    let other = json(4).replace("B99999120", "A99999013");
    let (_, refused) = publish(&other, Format::JsonLines, &mut sink);
    assert_eq!(refused, [late(1, 5)]);
}

#[test]
fn whoever_says_so_publishes_out_of_order_and_codes_stay_unique() {
    let mut sink = Memory::default();
    assert_eq!(published(Order::Any, &[5, 3, 9], &mut sink), []);
    let repeated = Refusal {
        linea: 2,
        reasons: vec![Reason::Repeated],
    };
    assert_eq!(published(Order::Any, &[1, 1], &mut sink), [repeated]);
    let on_record = published(Order::Any, &[3], &mut sink);
    assert_eq!(on_record[0].reasons, [Reason::OnRecord]);
}

#[test]
fn a_code_that_another_import_overtakes_before_the_commit_is_refused() {
    let mut other = Memory::default();
    published(Order::Ascending, &[6], &mut other);
    let mut sink = Memory {
        slips_in: other.publicaciones.pop(),
        ..Memory::default()
    };
    let refused = published(Order::Ascending, &[5, 7], &mut sink);
    assert_eq!(refused, [late(1, 6)]);
    let codes: Vec<_> = sink
        .publicaciones
        .iter()
        .map(|p| p.publicada.codigo.number())
        .collect();
    assert_eq!(codes, [6, 7]);
}
