//! `Outline`: the direct children of a payload that the schema refused, as far as telling why needs them.

use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::NAMESPACE;

/// How much of a child's text is kept: more than the longest that matters.
const KEPT_TEXT: usize = 64;

/// The root element's children in the contract's namespace, in document order.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) children: Vec<Child>,
    /// Whether these are all of them: what is not among them is not there.
    pub(super) whole: bool,
}

/// A child element.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) name: String,
    /// Its own text, cut short.
    pub(super) text: String,
    /// How many characters it has.
    pub(super) length: usize,
    /// Whether elements are in it.
    pub(super) nested: bool,
}

impl Outline {
    /// Reads octets that need not be well-formed to the end; nothing where no element can be made out. One pass, and at
    /// most `most` children.
    pub(super) fn read(payload: &[u8], most: usize) -> Option<Self> {
        let mut reader = NsReader::from_str(std::str::from_utf8(payload).ok()?);
        reader.config_mut().expand_empty_elements = true;
        let mut outline = Self::default();
        let mut depth = 0_usize;
        let (mut seen, mut inside) = (false, false);
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(start) => {
                    depth += 1;
                    let (resolved, local) = reader.resolver().resolve_element(start.name());
                    let ours =
                        matches!(&resolved, ResolveResult::Bound(namespace) if namespace.0 == NAMESPACE);
                    inside = depth == 2 && ours;
                    if let (3, Some(child)) = (depth, outline.children.last_mut()) {
                        child.nested = true;
                    }
                    seen = true;
                    if inside {
                        if outline.children.len() == most {
                            break;
                        }
                        outline.children.push(Child {
                            name: local.as_ref().to_owned(),
                            text: String::new(),
                            length: 0,
                            nested: false,
                        });
                    }
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    inside = false;
                }
                Event::Text(text) if inside => outline.append(&text.xml10_content()),
                Event::CData(text) if inside => outline.append(&text.xml10_content()),
                // Nothing that matters here holds a reference: it stands for itself, and is wrong.
                Event::GeneralRef(_) if inside => outline.append("&"),
                Event::Eof => {
                    outline.whole = true;
                    break;
                }
                _ => {}
            }
        }
        seen.then_some(outline)
    }

    /// The children of a name.
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Child> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn append(&mut self, text: &str) {
        if let Some(child) = self.children.last_mut() {
            child.length += text.chars().count();
            let room = KEPT_TEXT.saturating_sub(child.text.chars().count());
            child.text.extend(text.chars().take(room));
        }
    }
}
