//! What a paper is to whoever has it read out: headings, tables whose rows have headers, paragraphs (E-36).

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use krilla::tagging::{Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

use super::paper::{Paper, Section};
use super::sheet::Part;

/// Where each part is, of those that are read out.
type Parts = BTreeMap<Part, Vec<Identifier>>;

/// The paper in the order in which it is read.
pub(super) fn tree(paper: &Paper, parts: &Parts) -> TagTree {
    let first = NonZeroU16::MIN;
    let mut tree = TagTree::new().with_lang(Some("es".to_owned()));
    let mut push = |part, tag: TagKind| {
        if let Some(group) = group(parts, part, tag) {
            tree.push(group);
        }
    };
    push(Part::Entity, Tag::P.into());
    push(Part::Warning, Tag::P.into());
    push(Part::Title, Tag::Hn(first, Some(paper.title.clone())).into());
    push(Part::Lead, Tag::P.into());
    for (number, section) in paper.sections.iter().enumerate() {
        let heading = Tag::Hn(first.saturating_add(1), Some(section.title.clone()));
        if let Some(group) = group(parts, Part::Heading(number), heading.into()) {
            tree.push(group);
        }
        tree.push(table(parts, number, section));
    }
    let notes = (0..paper.notes.len()).map(Part::Note);
    for part in notes.chain([Part::Verification]) {
        if let Some(group) = group(parts, part, Tag::P.into()) {
            tree.push(group);
        }
    }
    tree
}

fn group(parts: &Parts, part: Part, tag: TagKind) -> Option<TagGroup> {
    let identifiers = parts.get(&part)?;
    let children = identifiers.iter().map(|&one| Node::Leaf(one)).collect();
    Some(TagGroup::with_children(tag, children))
}

/// A row for each fact: a header of its row, and the cell.
fn table(parts: &Parts, number: usize, section: &Section) -> TagGroup {
    let mut table = TagGroup::new(Tag::Table.with_summary(Some(section.title.clone())));
    for at in 0..section.facts.len() {
        let mut row = TagGroup::new(Tag::TR);
        let label = group(
            parts,
            Part::Label(number, at),
            Tag::TH(TableHeaderScope::Row).into(),
        );
        let value = group(parts, Part::Value(number, at), Tag::TD.into());
        for cell in [label, value].into_iter().flatten() {
            row.push(cell);
        }
        table.push(row);
    }
    table
}
