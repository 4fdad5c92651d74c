//! Writing an attestation into the file that people keep: the rest of it stays as they wrote it.

use std::fmt::Write as _;

use super::Attestation;

/// How a new file starts.
const HEAD: &str = "# What people attest of the standards of beta.gouv.fr: `equerre attest` writes it, `equerre standards` reads it.\n# Ce que des personnes attestent des standards de beta.gouv.fr : `equerre attest` l'écrit, `equerre standards` le lit.\n";

/// The file with one more attestation, in place of the one that starts at a line where there is one.
pub(crate) fn with(text: &str, version: &str, label: &str, new: &Attestation, instead_of: Option<u64>) -> String {
    if text.trim().is_empty() {
        return format!("{HEAD}version: {}\nattestations:\n{}", quoted(version), entry(new, label, ""));
    }
    let lines: Vec<&str> = text.lines().collect();
    let is_item = |line: &str| line.trim_start().starts_with("- ");
    let indent =
        lines.iter().find(|line| is_item(line)).map_or("", |line| &line[..line.len() - line.trim_start().len()]);
    let own = entry(new, label, indent);
    let Some(named) = instead_of else {
        let empty = text.trim_end().strip_suffix("attestations: []").map(|before| format!("{before}attestations:"));
        return format!("{}\n{own}", empty.as_deref().unwrap_or(text.trim_end()));
    };
    // The line that names the criterion, and the item that holds it: from its dash to the next one of the same column.
    let named = usize::try_from(named).unwrap_or(1).saturating_sub(1).min(lines.len().saturating_sub(1));
    let dash = format!("{indent}- ");
    let from = (0..=named).rev().find(|at| lines[*at].starts_with(&dash)).unwrap_or(named);
    let inside = |line: &str| line.starts_with(&format!("{indent}  ")) || line.trim().is_empty();
    let mut to = from + 1 + lines[from + 1..].iter().take_while(|line| inside(line)).count();
    // Empty lines after an item belong to what follows.
    while to > from + 1 && lines[to - 1].trim().is_empty() {
        to -= 1;
    }
    let mut whole = lines[..from].iter().fold(String::new(), |text, line| text + line + "\n");
    whole.push_str(&own);
    lines[to..].iter().fold(whole, |text, line| text + line + "\n")
}

fn entry(new: &Attestation, label: &str, indent: &str) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{indent}- criterion: {}", new.criterion);
    let mut key = |name: &str, value: &str| {
        let _ = writeln!(text, "{indent}  {name}: {value}");
    };
    key("label", &quoted(label));
    key("answer", &quoted(new.answer.name()));
    key("who", &quoted(&new.who));
    key("when", &quoted(&new.when));
    key("until", &quoted(&new.until));
    key("why", &quoted(&new.why));
    if let Some(link) = &new.link {
        key("link", &quoted(link));
    }
    text
}

/// A text as YAML has it in double quotes, which is that of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config_file::ConfigFile;
    use crate::judge::attestations::{Attestations, Reply};
    use crate::judge::standards::Standards;

    fn attestation(criterion: &str, why: &str) -> Attestation {
        let text = |text: &str| text.to_owned();
        Attestation {
            criterion: text(criterion),
            answer: Reply::Yes,
            who: text("coach"),
            when: text("2026-01-01"),
            until: text("2026-12-31"),
            why: text(why),
            link: None,
            line: 0,
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_the_rest_stays() {
        let standards = Standards::embedded().expect("the standards");
        let label = |id: &str| standards.named(id).expect("a criterion").label;
        let read = |text: &str| {
            Attestations::read(&ConfigFile::new("a.yml", text.to_owned()), &standards, "2026-06-01")
                .expect("valid")
                .current
        };
        let (a, b) = (
            "des-rituels-d-equipes-reguliers-sont-mis-en-place/0",
            "le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr/0",
        );
        let one = with("", "2.0", label(a), &attestation(a, "a: \"b\" # c\nd"), None);
        let two = with(&format!("{one}\n# ours\n"), "2.0", label(b), &attestation(b, "x"), None);
        let line = read(&two)[0].line;
        let three = with(&two, "2.0", label(a), &attestation(a, "later"), Some(line));
        let whys: Vec<String> = read(&three).into_iter().map(|one| one.why).collect();
        assert_eq!(whys, ["later", "x"], "{three}");
        assert!(three.contains("# ours"), "{three}");
        assert_eq!(read(&one)[0].why, "a: \"b\" # c\nd");
        let empty = with("version: '2.0'\nattestations: []\n", "2.0", label(a), &attestation(a, "x"), None);
        assert_eq!(read(&empty).len(), 1);
    }
}
