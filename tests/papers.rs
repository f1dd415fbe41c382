//! The papers: what they point at is there.
#![allow(clippy::unwrap_used, reason = "a test program")]

use std::fs;
use std::path::{Path, PathBuf};

/// Where papers are, beside the root of the repository.
const FOLDERS: [&str; 4] = ["", "docs", "docs/decisions", "fixtures"];
/// Fewest letters of a name that is taken for a test's: shorter ones are of functions and options.
const TEST_NAME: usize = 25;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The papers in these folders, with what they say but for their code blocks.
fn papers(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let mut papers = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "md") {
                let text = fs::read_to_string(&path).unwrap();
                let prose = text.split("```").step_by(2).collect();
                papers.push((path, prose));
            }
        }
    }
    assert!(!papers.is_empty());
    papers
}

/// The anchor that a heading has where papers are shown.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    heading.chars().filter(kept).collect::<String>().replace(' ', "-")
}

/// Whether a link leads somewhere, from the paper in which it stands.
fn leads_somewhere(paper: &Path, link: &str) -> bool {
    let (file, section) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        paper.to_owned()
    } else {
        paper.parent().unwrap().join(file)
    };
    if section.is_empty() {
        return target.exists();
    }
    let headings = |text: String| text.lines().any(|l| l.starts_with('#') && anchor(l) == section);
    fs::read_to_string(target).is_ok_and(headings)
}

#[test]
fn every_link_in_a_paper_leads_somewhere() {
    let mut lost = Vec::new();
    for (paper, text) in papers(&FOLDERS) {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") && !leads_somewhere(&paper, link) {
                lost.push(format!("{}: {link}", paper.display()));
            }
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_test_that_a_decision_names_is_there() {
    let mut code = String::new();
    for folder in ["src", "tests/store", "tests/service"] {
        sources(&root().join(folder), &mut code);
    }
    let is_name = |name: &&str| {
        name.len() >= TEST_NAME
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let mut gone = Vec::new();
    for (paper, text) in papers(&["docs/decisions"]) {
        for name in text.split('`').skip(1).step_by(2).filter(is_name) {
            if !code.contains(&format!("fn {name}")) {
                gone.push(format!("{}: {name}", paper.display()));
            }
        }
    }
    assert!(gone.is_empty(), "{}", gone.join("\n"));
}
