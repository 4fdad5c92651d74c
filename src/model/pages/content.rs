//! Whether the file of a page says something, or is an empty shell.

use std::sync::LazyLock;

use regex::Regex;

use super::words::is_template;
use crate::base::pattern::lean;
use crate::read::inventory::Inventory;

/// Fewer letters than these are a title and what search engines are told of it.
const FEW: usize = 100;

/// What makes a page of a legal notice: who publishes, who answers for it, who hosts.
const PUBLISHERS: &[&str] = &[
    "éditeur",
    "edité",
    "édité",
    "editeur",
    "&eacute;diteur",
    "directeur de",
    "directrice de",
    "responsable de la publication",
    "hébergeur",
    "hébergé",
    "hébergement",
    "hebergeur",
    "h&eacute;berg",
    "publisher",
    "hosted",
    "hosting",
    "mentions légales",
];

/// What the file of a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Something to read, or what shows it.
    Some,
    /// A shell: a title, a sentence that the page will come, blanks to fill.
    Shell,
    /// It speaks of something else than a legal notice.
    Other,
}

/// Looks at the file of a page.
pub(super) fn content_of(inventory: &Inventory, path: &str, kind: &str) -> Content {
    let Some(text) = inventory.text(path) else { return Content::Some };
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_template = is_template(path);
    if !is_template {
        return Content::Some;
    }
    let prose = prose(&text, extension);
    let lower = prose.to_lowercase();
    let letters = prose.chars().filter(|c| c.is_alphabetic()).count();
    if announces(&lower, letters) {
        return Content::Shell;
    }
    static DYNAMIC: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"<%=|\{\{|\{%|<iframe|<object|<embed|<[A-Z][A-Za-z.]*|<[a-z]+-[a-z-]+|v-html|innerHTML|dangerouslySet|<slot|\brender\b|\binclude\b|\bfetch|use[A-Z]\w+\(|(?m)^\s*[=+]\s*\w|\bimport\(",
        )
    });
    let shown = without_comments(&text);
    // A page whose texts stand in files of translations asks for several.
    static TRANSLATED: LazyLock<Regex> = LazyLock::new(|| lean(r"t\(|trans|translate|I18n"));
    let dynamic = || DYNAMIC.is_match(&shown) || TRANSLATED.find_iter(&shown).take(3).count() == 3;
    if letters < FEW && !dynamic() {
        return Content::Shell;
    }
    let speaks = PUBLISHERS.iter().any(|word| lower.contains(word));
    if kind == "legal_notice" && letters > 600 && !speaks {
        return Content::Other;
    }
    Content::Some
}

/// Whether a text says that the page is to come, or has blanks to fill.
fn announces(prose: &str, letters: usize) -> bool {
    static STRONG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"lorem ipsum|cette page (?:doit être|sera|est à) (?:mise à jour|complét|rédig|bientôt)|this page (?:is under|will be)|à compléter par").unwrap_or_else(|_| lean("lorem ipsum"))
    });
    static WEAK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\[x{2,}\]|(?:^|[^/\w.-])x{3,}(?:[^/\w.-]|$)|à compléter|a completer|\btodo\b|\btbd\b|coming soon|bientôt disponible|à venir|en construction|sera complétée?|en cours de (?:rédaction|création|construction)|(?:publiée?s?|disponibles?|complétée?s?) prochainement|prochainement disponible|work in progress|placeholder").unwrap_or_else(|_| lean("todo"))
    });
    let blanks = WEAK.find_iter(prose).take(4).count();
    STRONG.is_match(prose) || blanks > 0 && letters < 800 || blanks >= 3 && letters < 4_000
}

/// Whether what a file would show is commented out: a component, what a template includes.
pub(super) fn is_commented_out(inventory: &Inventory, path: &str) -> bool {
    static SHOWN: LazyLock<Regex> =
        LazyLock::new(|| lean(r"<[A-Z][\w.]*|<[a-z]+-[a-z-]+|<%=|\{%-?\s*(?:include|component|render)|<iframe"));
    let text = inventory.text(path).filter(|_| is_template(path));
    text.is_some_and(|text| COMMENTS.find_iter(&text).any(|comment| SHOWN.is_match(comment.as_str())))
}

static COMMENTS: LazyLock<Regex> =
    LazyLock::new(|| lean(r"(?s)<!--.*?-->|\{#.*?#\}|\{/\*.*?\*/\}|<%#.*?%>|\{\{!--.*?--\}\}|\A---\n.*?\n---\n"));

/// A text without its comments and front matter.
fn without_comments(text: &str) -> std::borrow::Cow<'_, str> {
    COMMENTS.replace_all(text, " ")
}

/// What people read in a file: the text of elements, the long texts of code.
fn prose(text: &str, extension: &str) -> String {
    static HIDDEN: LazyLock<Regex> = LazyLock::new(|| lean(r"(?is)<script\b.*?</script>|<style\b.*?</style>"));
    static MARKUP: LazyLock<Regex> = LazyLock::new(|| lean(r"(?s)<%.*?%>|\{\{.*?\}\}|\{%.*?%\}|<[^<>]*>"));
    let text = without_comments(text);
    let shown = HIDDEN.replace_all(&text, " ");
    match extension {
        "tsx" | "jsx" | "js" | "ts" => script_prose(&shown),
        "mdx" => MARKUP
            .replace_all(&shown, " ")
            .lines()
            .filter(|line| !line.starts_with("import ") && !line.starts_with("export "))
            .collect::<Vec<_>>()
            .join("\n"),
        "haml" | "slim" | "pug" | "jade" => {
            static CODE: LazyLock<Regex> =
                LazyLock::new(|| lean(r"^[%.#][\w.:#-]*(?:\{[^}]*\}|\([^)]*\))?=?\s*|^-.*$|^//.*$"));
            shown.lines().map(|line| CODE.replace(line.trim(), "").into_owned()).collect::<Vec<_>>().join("\n")
        }
        _ => MARKUP.replace_all(&shown, " ").into_owned(),
    }
}

/// The text between the elements of JSX, and texts of several words.
fn script_prose(text: &str) -> String {
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| lean(r#""([^"\n]{25,})"|'([^'\n]{25,})'|(?s)`([^`]{25,})`"#));
    static COMMENT: LazyLock<Regex> = LazyLock::new(|| lean(r"(?m)^\s*//.*$|(?s)/\*.*?\*/"));
    let text = COMMENT.replace_all(text, " ");
    let mut found = String::new();
    // What stands between elements and braces is read, unless it is code.
    let is_mark = |c: char| matches!(c, '<' | '>' | '{' | '}');
    let mut from = 0;
    for (at, mark) in text.match_indices(is_mark) {
        let opened = text[..from].ends_with(['>', '}']);
        let part = &text[from..at];
        let is_code = part.contains([';', '=', '(']) || part.trim().len() < 2;
        if opened && matches!(mark, "<" | "{") && (!is_code || part.len() > 200 && !part.contains(';')) {
            found.push_str(part);
            found.push('\n');
        }
        from = at + 1;
    }
    for quoted in QUOTED.captures_iter(&text) {
        let inner =
            quoted.get(1).or_else(|| quoted.get(2)).or_else(|| quoted.get(3)).map_or("", |inner| inner.as_str());
        if inner.contains(' ') && !inner.contains("className") {
            found.push_str(inner);
            found.push('\n');
        }
    }
    found
}

/// How many letters of prose a file has.
pub(super) fn letters_of(inventory: &Inventory, path: &str) -> usize {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let text = inventory.text(path);
    text.map_or(0, |text| prose(&text, extension).chars().filter(|c| c.is_alphabetic()).count())
}
