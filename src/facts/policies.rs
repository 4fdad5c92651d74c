//! What the Content Security Policy that the code sets protects: the sources that it allows, and where it is written.

use std::sync::LazyLock;

use regex::Regex;

use super::headers::security_headers;
use crate::base::location::Location;
use crate::base::pattern::lean;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::read::inventory::File;
use crate::read::inventory::probe::{Files, Probe};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "weak_csp",
        kind: Kind::List,
        question: (
            "Which script sources weaken the Content Security Policy that the code sets?",
            "Quelles sources la politique du code admet-elle pour les scripts, qui lui font perdre sa valeur ?",
        ),
        detect: weak_csp,
    },
    Detector {
        id: "csp_in_meta_alone",
        kind: Kind::Bool,
        question: (
            "Is the Content Security Policy of the code only in the page, and in no header?",
            "La politique du code n'est-elle que dans la page, et dans aucun en-tête ?",
        ),
        detect: csp_in_meta_alone,
    },
];

/// The directive that rules on scripts, as headers, helmet, Rails, Django, Nelmio and SvelteKit write it.
const DIRECTIVE: &str = r#"(?i)\b(?:csp_)?(?:script[-_]?src(?:[-_]?elem)?|default[-_]?src)\b["'`]?"#;

/// What is not part of a directive any more: its end, or another directive.
const END: &str = r"(?i)[;\])}]|\b(?:csp_)?(?:style|img|font|connect|object|media|frame|child|worker|manifest|base|form|default|script)[-_]?(?:src|uri|action|ancestors)\b";

/// How far a directive is followed, in bytes.
const LONGEST: usize = 600;

/// Sources that allow nearly anything.
const WIDE: &[&str] = &["*", "https:", "http:", "https://*", "http://*", ":https", ":http"];

static DIRECTIVES: LazyLock<Regex> = LazyLock::new(|| lean(DIRECTIVE));
static ENDS: LazyLock<Regex> = LazyLock::new(|| lean(END));

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::words(
            "csp-directive",
            &["script-src", "scriptSrc", "script_src", "default-src", "defaultSrc", "default_src"],
        )
        .matching(DIRECTIVE),
        // `header('Content-Security-Policy', policy)`: a name, a call or a variable of the environment.
        Probe::words("header-csp-variable", &["content-security-policy"])
            .matching(r#"(?i)(?:set_?header|header|\.set|append|add)\(\s*["']content-security-policy(?:-report-only)?["']\s*,\s*(?:process\.env|os\.environ|env\(|getenv|ENV\[|[\w.]+(?:\(\)|\([^()'"]*\)|\.join\([^()]*\))?\s*\))"#)
            .of(Files::Code),
        Probe::words("csp-nonce-added", &["nonce-"])
            .matching(r#"(?i)script[-_]?src(?:[-_]elem)?["'`]?\s*(?:=>|:|,|\]|=)[^\n]{0,160}nonce-(?:\$|\{|['"`]?\s*[.+])"#)
            .of(Files::Code),
    ]
}

/// Whether a file holds the policy of production.
fn is_of_production(file: &File) -> bool {
    let lower = file.path.to_lowercase();
    let made = !lower.ends_with(".md") && !lower.ends_with(".lock") && !lower.starts_with(".github/");
    let apart = ["dev", "development", "local", "test", "staging", "storybook"];
    let aside = lower.split(['/', '.', '-', '_']).any(|part| apart.contains(&part));
    made && !aside && matches!(file.role, Role::Source | Role::Config)
}

/// Words of the paths of files that hold a policy under another name than that of the header.
const HOLDERS: &[&str] = &[
    "csp",
    "content_security",
    "content-security",
    "secur",
    "settings",
    "helmet",
    ".env",
    "config",
    "application.properties",
    "application.y",
];

/// How a directive is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Text, or a list of texts.
    Text,
    /// Arguments of a call, as in Rails: `policy.script_src :self`. A line that does not end with a comma ends them.
    Call,
}

/// The sources of the directive whose name has just been read.
fn sources(after: &str, style: Style) -> &str {
    let end = ENDS.find(after).map_or(after.len(), |end| end.start());
    let directive = &after[..end];
    if style == Style::Text {
        return directive;
    }
    let mut lines = directive.match_indices('\n').map(|(at, _)| at);
    lines.find(|at| !directive[..*at].trim_end().ends_with(',')).map_or(directive, |at| &directive[..at])
}

/// What holds of a directive whatever the environment: the items of a list without those that a condition guards, a text
/// without what is put into it; nothing where a condition chooses between whole values.
fn unconditional(directive: &str) -> Option<String> {
    static PUT_IN: LazyLock<Regex> = LazyLock::new(|| {
        // What follows may be cut off.
        lean(r"\$\{[^{}]*(?:\}|$)|#\{[^{}]*(?:\}|$)|<%[^%]*(?:%>|$)|\{\{[^{}]*(?:\}\}|$)|\{%[^%]*(?:%\}|$)")
    });
    let is_guarded = |text: &str| ["dev", "node_env", "${", "?", " if "].iter().any(|word| text.contains(word));
    let value = directive.trim_start_matches([':', '=', '>', '"', '\'', '`', ' ', '\n', '\t']);
    if let Some(list) = value.strip_prefix('[') {
        let items: Vec<&str> = list.split(',').filter(|item| !is_guarded(item) && !item.contains("&&")).collect();
        return Some(items.join(" "));
    }
    let rest = PUT_IN.replace_all(directive, " ");
    (!is_guarded(&rest)).then(|| rest.into_owned())
}

/// What one directive allows that it should not; nothing where a nonce, a hash or a condition makes up for it.
fn weaknesses(directive: &str, style: Style) -> Vec<String> {
    let whole = directive.to_lowercase();
    let Some(lower) = unconditional(&whole) else { return Vec::new() };
    let strict = ["nonce", "sha256-", "sha384-", "sha512-", "strict-dynamic", "strict_dynamic"];
    let mut found = Vec::new();
    if lower.contains("unsafe-inline") || lower.contains(":unsafe_inline") {
        found.push("unsafe-inline".to_owned());
    }
    let words = lower.split(|letter: char| letter.is_whitespace() || "\"'`,[(=".contains(letter));
    // A star before arguments spreads a list.
    let is_source = |word: &&str| WIDE.contains(word) && (style == Style::Text || *word != "*");
    found.extend(words.into_iter().find(is_source).map(|word| word.trim_start_matches(':').to_owned()));
    if strict.iter().any(|word| whole.contains(word)) {
        found.clear();
    }
    if lower.contains("unsafe-eval") && !lower.contains("wasm-unsafe-eval") || lower.contains(":unsafe_eval") {
        found.push("unsafe-eval".to_owned());
    }
    found
}

fn weak_csp(repo: &Repo<'_>) -> Fact {
    let set = security_headers(repo);
    if !set.names().iter().any(|name| name == "csp") {
        return Fact::list(Vec::<String>::new());
    }
    // A page that documents how to embed the product shows a policy too, which is not that of the product.
    let holds = |file: &File| {
        let lower = file.path.to_lowercase();
        set.evidence.iter().any(|place| place.path == file.path) || HOLDERS.iter().any(|word| lower.contains(word))
    };
    let mut found: Vec<(String, Location)> = Vec::new();
    let hits = repo.inventory.hits("csp-directive").into_iter();
    // The policy of an API rules on no page.
    let hits: Vec<_> = hits
        .filter(|(file, _)| is_of_production(file) && holds(file) && repo.services.is_browsed(&file.path))
        .collect();
    let sends = || SENDERS.iter().any(|probe| !repo.inventory.found(probe).is_empty());
    if hits.is_empty() && !repo.inventory.found("header-csp-variable").is_empty() && !sends() {
        return Fact::unverified(
            "the policy comes from a variable, whose value is not in the repository",
            "la politique vient d'une variable, dont la valeur n'est pas dans le dépôt",
        )
        .seen(repo.inventory.places("header-csp-variable", 1));
    }
    // A listener adds a nonce to what the settings hold: browsers then leave `unsafe-inline` aside.
    let has_nonce = !repo.inventory.found("csp-nonce-added").is_empty();
    for (file, hit) in hits {
        let Some(text) = repo.inventory.text(&file.path) else { continue };
        let line_start = text.split_inclusive('\n').take(hit.line as usize - 1).map(str::len).sum::<usize>();
        let Some(line) = text.get(line_start..) else { continue };
        let rest_from = line.char_indices().nth(hit.column as usize - 1).map_or(0, |(at, _)| at);
        let rest = &line[rest_from..];
        let Some(name) = DIRECTIVES.find(rest).filter(|name| name.start() == 0) else { continue };
        // A choice between two policies, of which one may be for developers.
        if line[..rest_from].contains('?') {
            continue;
        }
        // What rules on scripts where the policy has no directive for them; else it is not asked.
        let default = name.as_str().to_lowercase().contains("default");
        if default && has_script_directive(&text) {
            continue;
        }
        let after = &rest[name.end()..];
        let mut longest = after.len().min(LONGEST);
        while !after.is_char_boundary(longest) {
            longest -= 1;
        }
        let before = text.get(..line_start + rest_from);
        let style = if before.is_some_and(|before| before.ends_with('.')) { Style::Call } else { Style::Text };
        let is_apart = |weakness: &String| has_nonce && weakness.starts_with("unsafe-");
        for weakness in
            weaknesses(sources(&after[..longest], style), style).into_iter().filter(|found| !is_apart(found))
        {
            let place = Location::at(&file.path, hit.line, hit.column).noted(weakness.clone());
            found.push((weakness, place));
        }
    }
    found.dedup();
    found.truncate(PLACES);
    Fact::named(found)
}

fn has_script_directive(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["script-src", "scriptsrc", "script_src"].iter().any(|name| lower.contains(name))
}

/// Other mechanisms than the name of the header, such as helmet or a setting, that send a header.
const SENDERS: &[&str] = &[
    "header-helmet",
    "header-rails-csp",
    "header-django-csp",
    "header-talisman",
    "header-spring-csp",
    "header-kit-csp",
    "header-nelmio",
];

/// Whether a file makes the document of a frame, which no server sends: an element is the only place for its policy.
fn is_of_frame(repo: &Repo<'_>, file: &File) -> bool {
    let is_code = [".tsx", ".jsx", ".ts", ".js", ".vue", ".svelte"].iter().any(|end| file.path.ends_with(end));
    let text = repo.inventory.text(&file.path).filter(|_| is_code);
    text.is_some_and(|text| ["srcDoc", "srcdoc", "<iframe"].iter().any(|mark| text.contains(mark)))
}

fn csp_in_meta_alone(repo: &Repo<'_>) -> Fact {
    let set = security_headers(repo);
    if !set.names().iter().any(|name| name == "csp") {
        return Fact::nothing();
    }
    let hits: Vec<Location> = repo
        .inventory
        .hits("header-csp")
        .into_iter()
        .filter(|(file, _)| is_of_production(file) && !is_of_frame(repo, file))
        .map(|(file, hit)| Location::line(&file.path, hit.line))
        .collect();
    let is_meta = |place: &Location| {
        let line = repo.inventory.line(&place.path, place.line.unwrap_or(1)).to_lowercase();
        line.contains("http-equiv") || line.contains("httpequiv") || line.contains("<meta")
    };
    let sends = SENDERS.iter().any(|probe| !repo.inventory.found(probe).is_empty());
    let alone = set.evidence.iter().any(is_meta) && !hits.is_empty() && hits.iter().all(is_meta) && !sends;
    Fact::bool(alone).seen(hits.into_iter().filter(|_| alone).take(PLACES))
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    fn nginx(policy: &str) -> Vec<String> {
        let text = format!("add_header Content-Security-Policy \"{policy}\" always;\n");
        names_of(&[("nginx.conf", &text)], "weak_csp")
    }

    #[test]
    fn a_condition_guards_its_own_item_alone() {
        let next = "const csp = {\n  \"script-src\": [\n    \"'self'\",\n    \"'unsafe-inline'\",\n    isDev && \"'unsafe-eval'\",\n    ...hosts,\n  ],\n};\nconst h = { key: 'Content-Security-Policy', value: csp };\n";
        assert_eq!(names_of(&[("next.config.ts", next)], "weak_csp"), ["unsafe-inline"]);
        let text = "const h = { 'Content-Security-Policy': `script-src 'self' 'unsafe-inline' ${isDev ? \"'unsafe-eval'\" : ''}` }";
        assert_eq!(names_of(&[("next.config.ts", text)], "weak_csp"), ["unsafe-inline"]);
        let chosen =
            "const h = { 'Content-Security-Policy': isDev ? \"script-src 'unsafe-inline'\" : \"script-src 'self'\" }";
        assert!(names_of(&[("next.config.ts", chosen)], "weak_csp").is_empty());
    }

    #[test]
    fn weak_sources_for_scripts_are_told() {
        assert_eq!(nginx("default-src 'self'; script-src 'self' 'unsafe-inline'"), ["unsafe-inline"]);
        assert_eq!(nginx("default-src 'self' 'unsafe-inline' 'unsafe-eval'"), ["unsafe-inline", "unsafe-eval"]);
        assert_eq!(nginx("default-src *"), ["*"]);
        let rails = "Rails.application.config.content_security_policy do |policy|\n  policy.script_src :self, :unsafe_inline\nend\n";
        assert_eq!(names_of(&[("config/initializers/csp.rb", rails)], "weak_csp"), ["unsafe-inline"]);
        let more = "config.content_security_policy do |policy|\n  policy.script_src :self,\n    :https\n\n  if ENV[\"CI\"]\n    policy.script_src(*(policy.script_src + [\"a.example\"]))\n  end\nend\n";
        assert_eq!(names_of(&[("config/initializers/csp.rb", more)], "weak_csp"), ["https"]);
    }

    #[test]
    fn what_makes_up_for_them_or_rules_on_something_else_is_none() {
        for policy in [
            "default-src 'self'; style-src 'self' 'unsafe-inline'",
            "script-src 'nonce-abc' 'unsafe-inline' https:",
            "script-src 'self' 'wasm-unsafe-eval'; img-src *",
            "script-src 'self' https://*.example.org",
            "default-src *; script-src 'self'",
        ] {
            assert!(nginx(policy).is_empty(), "{policy}");
        }
        let rails = "config.content_security_policy do |policy|\n  policy.script_src :self\n  policy.style_src :self, :unsafe_inline\nend\n";
        assert!(names_of(&[("config/initializers/csp.rb", rails)], "weak_csp").is_empty());
        let next = "const csp = { key: 'Content-Security-Policy', value: `script-src 'self' ${dev ? \"'unsafe-eval'\" : ''};` }\n";
        assert!(names_of(&[("next.config.js", next)], "weak_csp").is_empty());
    }

    #[test]
    fn a_policy_in_the_page_is_told_from_one_in_a_header() {
        let meta = ("index.html", "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">\n");
        assert!(fact_of(&[meta], "csp_in_meta_alone").is_true());
        let header = ("nginx.conf", "add_header Content-Security-Policy \"default-src 'self'\" always;\n");
        assert!(!fact_of(&[meta, header], "csp_in_meta_alone").is_true());
    }
}
