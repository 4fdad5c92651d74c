//! Where a link leads, seen from its label: the element, object, call or line around a place in a file.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::pattern::lean;

/// How far before a label its link may start.
const REACH: usize = 1_500;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A path of the product.
    Path(String),
    /// Another site.
    Address(String),
    /// The name of a route, or the key of a constant that holds its path.
    Name(String),
    /// Nowhere: `#`, nothing, a script.
    Nowhere,
    /// An expression that the file does not settle.
    Unknown(String),
}

/// What holds the address of a link.
static HOLDER: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r#"(?:^|[\s{,(:"'\[@])(?:v-bind:|th:|data-)?:?\[?(?:href|to|url|link|linkTo|lien|routerLink|navigate|linkProps|action_url)\]?["']?\s*(?:=>|=|:)\s*"#,
    )
});

/// Where the link leads that a place in a file belongs to; none where it belongs to no link.
pub(super) fn target_around(path: &str, text: &str, at: usize) -> Option<Target> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "haml" | "slim" | "pug" | "jade" => return called(text, at).or_else(|| on_line(text, at)),
        "yml" | "yaml" | "toml" | "conf" => return entry(text, at),
        "json" => return object(text, at).map(|(_, target)| target),
        "md" | "markdown" => return markdown(text, at).or_else(|| element(text, at).map(|(_, target)| target)),
        _ => {}
    }
    if let Some(target) = property(text, at) {
        return Some(target);
    }
    if let Some(target) = called(text, at) {
        return Some(target);
    }
    let element = element(text, at);
    let object =
        matches!(extension, "js" | "jsx" | "ts" | "tsx" | "mjs" | "vue" | "svelte" | "astro" | "py" | "php" | "rb")
            .then(|| object(text, at))
            .flatten();
    match (element, object) {
        // The one that starts later is nearer.
        (Some((from, target)), Some((inner, nested))) => Some(if inner > from { nested } else { target }),
        (Some((_, target)), None) | (None, Some((_, target))) => Some(target),
        (None, None) => markdown(text, at),
    }
}

/// `termsLinkProps={{ href: '/legal' }}`, `legal-link="/legal"`: what is asked for is the name of the property itself.
fn property(text: &str, at: usize) -> Option<Target> {
    static PROPERTY: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"^[\w-]*(?:[lL]ink(?:Props)?|Url|Href|-link)["']?\s*[:=]\s*"#));
    let rest = text.get(at..)?;
    let found = PROPERTY.find(rest)?;
    Some(target_of(value_at(&rest[found.end()..])))
}

/// The element around a place, or the one that it stands in, that has the address of a link; with where it starts.
fn element(text: &str, at: usize) -> Option<(usize, Target)> {
    let from = floor(text, at.saturating_sub(REACH));
    let mut open: Vec<(usize, &str, bool)> = Vec::new();
    let bytes = text.as_bytes();
    let mut here = from;
    while here < at {
        if bytes[here] != b'<' {
            here += 1;
            continue;
        }
        let rest = &text[here + 1..];
        let closes = rest.starts_with('/');
        let is_tag = closes || rest.starts_with(|c: char| c.is_ascii_alphabetic()) || rest.starts_with('.');
        if !is_tag {
            here += 1;
            continue;
        }
        let end = tag_end(text, here);
        let tag = &text[here..end];
        if end > at {
            open.push((here, tag, true));
            break;
        }
        let void = tag.ends_with("/>")
            || ["<br", "<img", "<input", "<hr", "<meta", "<link "].iter().any(|start| tag.starts_with(start));
        if closes {
            let name = tag.trim_matches(['<', '/', '>', ' ']);
            let opened = open.iter().rposition(|(_, tag, _)| tag[1..].trim_start_matches(['<']).starts_with(name));
            if let Some(opened) = opened {
                open.truncate(opened);
            }
        } else if !void {
            open.push((here, tag, false));
        }
        here = end;
    }
    open.iter().rev().take(4).find_map(|(start, tag, _)| {
        let holder = HOLDER.find(tag)?;
        Some((*start, target_of(value_at(&tag[holder.end()..]))))
    })
}

/// Where a tag ends: texts and braces in it are skipped.
fn tag_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut braces) = (start + 1, 0usize);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') if braces == 0 => {
                let close = memchr::memchr(quote, &bytes[at + 1..]).map_or(bytes.len(), |end| at + 1 + end);
                at = close;
            }
            b'{' => braces += 1,
            b'}' => braces = braces.saturating_sub(1),
            b'>' if braces == 0 && bytes[at - 1] != b'=' && bytes[at - 1] != b'%' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The object around a place that has the address of a link; with where it starts.
fn object(text: &str, at: usize) -> Option<(usize, Target)> {
    let bytes = text.as_bytes();
    let (mut here, mut depth, mut climbed) = (at, 0usize, 0);
    let least = at.saturating_sub(REACH / 2);
    while here > least && climbed < 3 {
        here -= 1;
        match bytes[here] {
            b'}' | b']' if climbed == 0 || bytes[here] == b'}' => depth += 1,
            b'{' | b'[' if depth > 0 && (climbed == 0 || bytes[here] == b'{') => depth -= 1,
            b'{' | b'[' => {
                climbed += 1;
                let end = closing(bytes, here).unwrap_or(bytes.len()).min(at + REACH / 2);
                let inner = text.get(here..ceiling(text, end))?;
                if let Some(holder) = HOLDER.find(inner) {
                    return Some((here, target_of(value_at(&inner[holder.end()..]))));
                }
                // A list of links is no link.
                if inner.len() > 500 {
                    return None;
                }
            }
            _ => {}
        }
    }
    None
}

/// Where an opening bracket is closed.
fn closing(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// `link_to "Label", target`, `link_to(target) do`, `link("Label", to: target)`
fn called(text: &str, at: usize) -> Option<Target> {
    let from = floor(text, at.saturating_sub(300));
    let before = &text[from..at];
    let start = ["link_to", "button_to", "lien_vers", "LinkComponent.new", " link(", "=link("]
        .iter()
        .filter_map(|word| before.rfind(word))
        .max()?;
    let call = &before[start..];
    if call.contains("%>") || call.matches('\n').count() > 3 {
        return None;
    }
    let open = from + start + call.find([' ', '('])? + 1;
    // A line of HAML ends with its line, unless a comma carries on.
    let rest = &text[open..ceiling(text, text.len().min(open + 500))];
    let end = rest.find("%>").unwrap_or(rest.len());
    let parts = arguments(&rest[..end]);
    let position =
        parts.iter().position(|(start, part)| (open + start..open + start + part.len() + 1).contains(&at))?;
    let next = parts.get(position + 1).filter(|_| position == 0).or_else(|| parts.first())?;
    let part = next.1.trim();
    let part = part.strip_prefix("to:").unwrap_or(part).trim();
    Some(target_of(part))
}

/// The arguments of a call that starts here, with where each starts.
fn arguments(text: &str) -> Vec<(usize, &str)> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0i32);
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => {
                depth -= 1;
                if depth < 0 {
                    parts.push((start, &text[start..at]));
                    return parts;
                }
            }
            (None, ',') if depth == 0 => {
                parts.push((start, &text[start..at]));
                start = at + 1;
            }
            (None, '\n') if depth == 0 && !text[..at].trim_end().ends_with(',') => {
                parts.push((start, &text[start..at]));
                return parts;
            }
            _ => {}
        }
    }
    parts.push((start, &text[start..]));
    parts
}

/// `%a{href: "/legal"} Label`, `a(href='/legal') Label`, on the line of the label or on one that it is indented below.
fn on_line(text: &str, at: usize) -> Option<Target> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut start = line_start(at);
    let indented = |start: usize| text[start..].len() - text[start..].trim_start_matches(' ').len();
    let mut least = usize::MAX;
    for _ in 0..4 {
        let line = text[start..].lines().next().unwrap_or_default();
        let depth = indented(start);
        if depth < least {
            if let Some(holder) = HOLDER.find(line) {
                return Some(target_of(value_at(&line[holder.end()..])));
            }
            if least != usize::MAX && line.contains("link_to") {
                let rest = line.split("link_to").nth(1).unwrap_or_default();
                return Some(target_of(
                    rest.trim_start_matches(['(', ' ']).split([',', ' ', ')']).next().unwrap_or_default(),
                ));
            }
            least = depth;
        }
        if start == 0 {
            break;
        }
        start = line_start(start - 1);
    }
    None
}

/// The address of the entry of a list, in a file of data, that a place belongs to.
fn entry(text: &str, at: usize) -> Option<Target> {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"(?m)^[\s-]*["']?(?:href|url|link|lien|target|to|path|page|permalink|slug|pageRef)["']?\s*[:=]\s*([^\n#]+)"#,
        )
    });
    let starts_entry = |line: &str| line.trim_start().starts_with("- ") || line.trim_start().starts_with('[');
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut start = line_start(at);
    for _ in 0..6 {
        let line = text[start..].lines().next().unwrap_or_default();
        if start == 0 || starts_entry(line) || line.trim().is_empty() {
            break;
        }
        start = line_start(start - 1);
    }
    let rest = &text[start..];
    let mut end = rest.find('\n').map_or(rest.len(), |end| end + 1);
    for line in rest[end..].split_inclusive('\n').take(8) {
        if starts_entry(line) || line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    let address = ADDRESS.captures(&rest[..end])?;
    let value = address[1].trim();
    Some(if value.starts_with(['"', '\'']) { target_of(value) } else { literal(value) })
}

/// `[Label](/legal)`
fn markdown(text: &str, at: usize) -> Option<Target> {
    let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    let rest = &text[at..line_end];
    let close = rest.find("](")?;
    if rest[..close].contains('[') {
        return None;
    }
    let target = rest[close + 2..].split([')', ' ']).next()?;
    Some(literal(target))
}

/// The value that starts here: a text, something in braces, or an expression.
fn value_at(text: &str) -> &str {
    let first = text.chars().next();
    match first {
        Some(quote @ ('"' | '\'' | '`')) => {
            // `href="{% url 'legal' %}"` has both quotes.
            let end = text[1..].find(quote).map_or(text.len(), |end| end + 2);
            &text[..end]
        }
        Some('{' | '[') => {
            let end = closing(text.as_bytes(), 0).unwrap_or(text.len());
            &text[..end]
        }
        _ => {
            let mut depth = 0i32;
            for (at, c) in text.char_indices() {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' if depth > 0 => depth -= 1,
                    ')' | ']' | '}' | ',' | '>' | '\n' if depth == 0 => return &text[..at],
                    ' ' if depth == 0 => return &text[..at],
                    _ => {}
                }
            }
            text
        }
    }
}

/// What a value says of where a link leads.
pub(super) fn target_of(value: &str) -> Target {
    let value = value.trim();
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let inner = value[1..].split(quote).next().unwrap_or_default();
        // `:to="{ name: 'Legal' }"`, `:href="route('legal')"`, `[routerLink]="['/legal']"`
        let is_code = inner.starts_with('{') && !inner.starts_with("{{") && !inner.starts_with("{%")
            || inner.starts_with('[')
            || inner.starts_with('\'');
        return if is_code { target_of(inner) } else { literal(inner) };
    }
    if value.starts_with('{') || value.starts_with('[') {
        static NAME: LazyLock<Regex> = LazyLock::new(|| lean(r#"\bname["']?\s*:\s*["'`]([^"'`]+)"#));
        let inner = value[1..].trim_end_matches(['}', ']']).trim();
        if let Some(holder) = HOLDER.find(value) {
            return target_of(value_at(&value[holder.end()..]));
        }
        if let Some(name) = NAME.captures(inner) {
            return Target::Name(name[1].to_owned());
        }
        return if inner.is_empty() { Target::Nowhere } else { target_of(inner) };
    }
    expression(value)
}

/// A text that is an address, or that a template fills.
fn literal(text: &str) -> Target {
    static CALLED: LazyLock<Regex> = LazyLock::new(|| {
        lean(r#"(?:\{%-?\s*url|(?:path|url|route|url_for|reverse|routePath)\()\s*["']([\w:.\-]+)["']"#)
    });
    static HELPER: LazyLock<Regex> = LazyLock::new(|| lean(r"\b(\w+)_(?:path|url)\b"));
    let text = text.trim();
    if let Some(name) = CALLED.captures(text) {
        return Target::Name(name[1].to_owned());
    }
    if text.contains("<%") {
        return HELPER.captures(text).map_or(Target::Unknown(text.to_owned()), |name| Target::Name(name[1].to_owned()));
    }
    if let Some(path) = text.strip_prefix("@{") {
        return literal(path.trim_end_matches('}'));
    }
    if let Some(name) = text.strip_prefix("@routes.").or_else(|| text.strip_prefix("@controllers.")) {
        return Target::Name(name.trim_end_matches(['(', ')']).to_owned());
    }
    if text.is_empty() || text.starts_with('#') && !text.starts_with("#{") || text.starts_with("javascript:") {
        return Target::Nowhere;
    }
    if text.starts_with("http") || text.starts_with("//") {
        return Target::Address(text.to_owned());
    }
    if text.starts_with("mailto:") || text.starts_with("tel:") {
        return Target::Nowhere;
    }
    if text.contains("{{") || text.contains("${") || text.contains("#{") || text.contains("{%") {
        // `{{ root }}/legal`, `/${lang}/legal`: what follows the hole is a path of this or another site.
        return Target::Unknown(text.to_owned());
    }
    Target::Path(if text.starts_with('/') { text.to_owned() } else { format!("/{}", text.trim_start_matches("./")) })
}

/// `legal_path`, `route('legal')`, `routes.legal().link`, `paths.public.legal`
fn expression(value: &str) -> Target {
    static CALLED: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"^(?:\w+\.)*(?:path|url|route|url_for|reverse|resolve)\(\s*["']([\w:.\-]+)["']"#));
    static CHAIN: LazyLock<Regex> = LazyLock::new(|| lean(r"^[A-Za-z_]\w*(?:\??\.[\p{L}_]\w*)+"));
    if let Some(name) = CALLED.captures(value) {
        return Target::Name(name[1].to_owned());
    }
    if let Some(path) = value.strip_prefix("~p\"") {
        return literal(path.trim_end_matches('"'));
    }
    let bare = value.split(['(', '.', ' ']).next().unwrap_or(value);
    if let Some(name) = bare.strip_suffix("_path").or_else(|| bare.strip_suffix("_url")) {
        return Target::Name(name.to_owned());
    }
    if let Some(chain) = CHAIN.find(value) {
        let keys: Vec<&str> = chain.as_str().split(['.', '?']).filter(|key| !key.is_empty()).collect();
        let last = keys.iter().rev().find(|key| !matches!(**key, "link" | "href" | "path" | "url" | "to"));
        // A setting of the environment is an address.
        if keys.iter().any(|key| matches!(*key, "env" | "environment")) {
            return Target::Unknown(value.to_owned());
        }
        return last.map_or(Target::Unknown(value.to_owned()), |key| Target::Name((*key).to_owned()));
    }
    if value.is_empty() { Target::Nowhere } else { Target::Unknown(value.to_owned()) }
}

/// The start of the character that a byte belongs to.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The end of the character that a byte belongs to.
fn ceiling(text: &str, at: usize) -> usize {
    (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}
