//! The `use` lines of a file, each name written out.

/// The paths that a file imports, each written out.
pub(super) fn imported(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        if let Some(tree) = import(line) {
            let begins = at + line.len() - tree.len();
            let (tree, _) = code[begins..].split_once(';').unwrap();
            write_out("", &tree.split_whitespace().collect::<String>(), &mut paths);
        }
        at += line.len();
    }
    paths
}

/// What follows `use`, whoever may see it, in a line that begins with it.
fn import(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub").unwrap_or(line);
    let line = match line.strip_prefix('(') {
        Some(seen) => seen.split_once(')')?.1,
        None => line,
    };
    line.trim_start().strip_prefix("use ")
}

/// Writes `a::{b,c::{d}}` out as `a::b` and `a::c::d`.
fn write_out(before: &str, tree: &str, paths: &mut Vec<String>) {
    let Some((head, inside)) = tree.split_once('{') else {
        paths.push(format!("{before}{tree}"));
        return;
    };
    let inside = inside.strip_suffix('}').unwrap_or(inside);
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = &inside[start..at];
                if !part.is_empty() {
                    write_out(&format!("{before}{head}"), part, paths);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}
