//! Where the verification of TLS certificates is disabled.

use crate::base::location::Location;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::read::inventory::probe::{Files, Probe};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[Detector {
    id: "tls_checks_off",
    kind: Kind::List,
    question: (
        "Which Node and Ruby clients accept any TLS certificate?",
        "Quels clients Node et Ruby acceptent n'importe quel certificat TLS ?",
    ),
    detect: tls_checks_off,
}];

pub(super) fn probes() -> Vec<Probe> {
    let files = |extensions: &[&str], aside: &[&str]| {
        let wanted = extensions.iter().map(|extension| format!("**/*.{extension}").into());
        Files::Globs(wanted.chain(aside.iter().map(|folder| format!("!**/{folder}/**").into())).collect())
    };
    vec![
        Probe::words("tls-off-node", &["rejectUnauthorized"])
            .matching(r#"rejectUnauthorized["']?\s*[:=]\s*false\b"#)
            .of(files(
                &["js", "ts", "mjs", "cjs", "mts", "cts", "jsx", "tsx", "vue", "svelte"],
                &["scripts", "tools", "tooling", "dev"],
            )),
        Probe::words("tls-off-ruby", &["VERIFY_NONE", "openssl_verify_mode"])
            .matching(r#"\bVERIFY_NONE\b|openssl_verify_mode["']?\s*(?:=>|:|=)\s*["':]?none\b"#)
            .of(files(&["rb", "py"], &[])),
    ]
}

fn tls_checks_off(repo: &Repo<'_>) -> Fact {
    let hits = ["tls-off-node", "tls-off-ruby"].into_iter().flat_map(|probe| repo.inventory.hits(probe));
    let (asked, always): (Vec<_>, Vec<_>) = hits
        .filter(|(file, _)| file.is_own() && file.role != Role::Test)
        .filter(|(file, _)| !["/development.rb", "/test.rb"].iter().any(|end| file.path.ends_with(end)))
        .map(|(file, hit)| Location::at(&file.path, hit.line, hit.column))
        .filter(|place| !is_for_developers(repo, place))
        .partition(|place| is_asked_for(repo, place));
    if always.is_empty() && !asked.is_empty() {
        let reason = Fact::unverified(
            "a variable of the environment decides whether certificates are checked",
            "une variable d'environnement décide si les certificats sont vérifiés",
        );
        return reason.seen(asked);
    }
    Fact::named(always.into_iter().map(|place| (place.path.clone(), place)).collect())
}

/// Whether the line, or one that it is under, says that this is a developer's machine or tests.
fn is_for_developers(repo: &Repo<'_>, place: &Location) -> bool {
    const SAYS: &[&str] = &[
        "env.development?",
        "env.test?",
        "env.local?",
        "maildev",
        "mailhog",
        "mailpit",
        "mailcatcher",
        "=== 'development'",
        "=== \"development\"",
        "== 'development'",
        "== \"development\"",
    ];
    let Some(text) = repo.inventory.text(&place.path) else { return false };
    let lines: Vec<&str> = text.lines().take(place.line.unwrap_or(1) as usize).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut within = usize::MAX;
    lines.into_iter().rev().filter(|line| !line.trim().is_empty()).any(|line| {
        let encloses = indent(line) < within;
        within = within.min(indent(line));
        encloses && SAYS.iter().any(|says| line.contains(says))
    })
}

/// Whether a variable made for it decides, on the line or just above: `if ENV['REDIS_VERIFY_NONE']`. One that says which
/// environment this is decides nothing: production is one of them.
fn is_asked_for(repo: &Repo<'_>, place: &Location) -> bool {
    const ABOVE: u32 = 2;
    const READS: &[&str] = &["process.env", "ENV[", "ENV.fetch", "environ"];
    const ABOUT_CHECKS: &[&str] = &["ignore_", "verify", "insecure", "reject", "skip", "self_signed", "unsafe"];
    let line = place.line.unwrap_or(1);
    (line.saturating_sub(ABOVE).max(1)..=line).any(|at| {
        let text = repo.inventory.line(&place.path, at);
        READS.iter().any(|read| {
            text.split(read).skip(1).any(|rest| {
                let name: String = rest
                    .trim_start_matches(|c: char| !c.is_alphanumeric())
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                ABOUT_CHECKS.iter().any(|word| name.to_lowercase().contains(word))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    #[test]
    fn a_check_that_is_off_for_developers_alone_is_on() {
        let of = |path: &str, text: &str| names_of(&[(path, text)], "tls_checks_off");
        let ruby = "if Rails.env.development? || Rails.env.test?\n  require 'openssl'\n\n  OpenSSL::SSL::VERIFY_PEER = OpenSSL::SSL::VERIFY_NONE\nend\n";
        assert!(of("config/initializers/ssl.rb", ruby).is_empty());
        let after = "if Rails.env.development?\n  foo\nend\nOpenSSL::SSL::VERIFY_PEER = OpenSSL::SSL::VERIFY_NONE\n";
        assert_eq!(of("config/initializers/ssl.rb", after), ["config/initializers/ssl.rb"]);
        let mail = "const tls = /maildev/.test(host) && { rejectUnauthorized: false };\n";
        assert!(of("src/mail.ts", mail).is_empty());
    }

    #[test]
    fn a_check_that_a_variable_may_switch_off_is_not_known_to_be_off() {
        let node = "if (process.env.ELASTIC_IGNORE_SSL === \"true\") {\n  ssl = { rejectUnauthorized: false };\n}\n";
        let ruby = "o[:ssl_params] = { verify_mode: OpenSSL::SSL::VERIFY_NONE } if ENV['REDIS_VERIFY_NONE'] == 'yes'\n";
        for (path, text) in [("src/elastic.ts", node), ("config/initializers/redis.rb", ruby)] {
            assert!(fact_of(&[(path, text)], "tls_checks_off").value().is_none(), "{path}");
        }
        let production = "ssl: process.env.NODE_ENV === 'production' ? { rejectUnauthorized: false } : false,\n";
        assert_eq!(names_of(&[("src/db.ts", production), ("src/a.ts", node)], "tls_checks_off"), ["src/db.ts"]);
    }
}
