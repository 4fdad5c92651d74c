//! README and LISEZMOI say the same in the same order, and what they and the guide tell people to type does what it should.

mod common;

use std::path::Path;

use common::{NOW_TEXT, Sandbox};

/// The sections of both files, in order. A section of one has its twin in the other.
const SECTIONS: &[(&str, &str)] = &[
    ("Run it", "L'essayer"),
    ("What it can do", "Les commandes"),
    ("Deployments and the DORA metrics", "Les mises en production"),
    ("The live site", "Le site en ligne"),
    ("The page", "La page"),
    ("On GitHub", "Sur GitHub"),
    ("In any pipeline", "Dans n'importe quel pipeline"),
    ("A product of several repositories", "Un produit qui a plusieurs dépôts"),
    ("The standards, criterion by criterion", "Les standards, critère par critère"),
    ("What a machine can write", "Ce qu'une machine peut écrire"),
    ("Gates for an existing codebase", "Des seuils pour un code qui existe déjà"),
    ("The grade", "La note"),
    ("Settings", "Les réglages"),
    ("The rules", "Les règles"),
    ("Rules of your own", "Vos propres règles"),
    ("As a library", "En bibliothèque"),
    ("Architecture", "Architecture"),
    ("Tests", "Les tests"),
    ("Licence", "Licence"),
];

/// The examples that no test runs: what starts so, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("equerre site https://", "it visits a site"),
    ("equerre --url https://", "it visits a site"),
    ("equerre audit https://", "it clones"),
    ("equerre deployments --online", "it asks a forge"),
    ("equerre attest", "it asks a person"),
    ("cargo ", "it builds what is tested here"),
];

/// What installs a release, once there is one.
const NEEDS_A_RELEASE: &[&str] =
    &["uvx ", "pipx ", "uv tool ", "npx ", "npm ", "cargo binstall ", "brew ", "apt install ", "docker run "];

const GUIDES: &[&str] = &["docs/src/guide", "docs/src/fr"];

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sections(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

#[test]
fn both_languages_have_the_same_sections_in_the_same_order() {
    let (english, french) = (read("README.md"), read("LISEZMOI.md"));
    assert_eq!(sections(&english), SECTIONS.iter().map(|(english, _)| *english).collect::<Vec<_>>());
    assert_eq!(sections(&french), SECTIONS.iter().map(|(_, french)| *french).collect::<Vec<_>>());
}

#[test]
fn what_needs_a_release_is_said_to() {
    for (path, warning) in
        [("README.md", "**No version is published yet**"), ("LISEZMOI.md", "**Aucune version n'est encore publiée**")]
    {
        let text = read(path);
        let (before, after) = text.split_once(warning).unwrap_or_else(|| panic!("{path} does not say so"));
        for command in NEEDS_A_RELEASE {
            assert!(!before.contains(&format!("`{command}")), "{path}: {command} comes before the warning");
            assert!(after.contains(&format!("`{command}")), "{path}: {command} is no longer told");
        }
    }
}

/// The commands that a text tells people to type: lines that are set apart, without their comments.
fn commands(text: &str) -> Vec<String> {
    let is_command = |line: &&str| {
        NOT_RUN.iter().any(|(start, _)| line.starts_with(start)) || line.split(' ').next() == Some("equerre")
    };
    let lines = text.lines().filter_map(|line| line.strip_prefix("    ")).map(str::trim);
    lines.filter(is_command).map(|line| line.split("  #").next().unwrap_or(line).trim().to_owned()).collect()
}

/// A product with all that the examples name.
fn product() -> Sandbox {
    let rule = "severity: minor\npillar: tests\ntitle: { fr: A, en: A }\npasses-when: { file: notes.txt }\nwhy: { fr: A, en: A }\nremediation: { fr: A, en: A }\n";
    let sandbox = Sandbox::repository(&[
        ("README.md", "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n"),
        ("index.js", "console.log(1)\n"),
        ("product.yml", "product: Cantine\nrepositories:\n  - repository: .\n"),
        ("produit.yml", "product: Cantine\nrepositories:\n  - repository: .\n"),
        ("saved/startups.json", "{ \"startups\": { \"data\": [] } }\n"),
        ("annuaire/startups.json", "{ \"startups\": { \"data\": [] } }\n"),
        ("our-policy.yml", "gates: { fail-on: blocker }\n"),
        ("notre-politique.yml", "gates: { fail-on: blocker }\n"),
        ("path/to/repository/a.js", "a\n"),
        ("chemin/du/dépôt/a.js", "a\n"),
        ("book/src/README.md", "# A\n"),
        ("livre/src/README.md", "# A\n"),
        ("quality/rules/house-rule.yml", rule),
        ("quality/cases/house-rule/fails/nothing/a.js", "a\n"),
        ("quality/cases/house-rule/passes/notes/notes.txt", "a\n"),
        ("qualite/regles/house-rule.yml", rule),
        ("qualite/cas/house-rule/fails/rien/a.js", "a\n"),
        ("qualite/cas/house-rule/passes/notes/notes.txt", "a\n"),
    ]);
    let git = sandbox.git();
    let head = git.head().expect("a head").target().expect("a commit");
    git.reference("refs/remotes/origin/main", head, true, "a test").expect("a branch of the remote");
    let earlier = sandbox.equerre(&["--as-of", NOW_TEXT, "--format", "json"]).stdout;
    for name in ["january.json", "june.json", "janvier.json", "juin.json"] {
        sandbox.write(name, earlier.as_bytes());
    }
    sandbox
}

#[test]
fn every_example_runs_or_says_why_it_cannot_here() {
    let mut files = vec!["README.md".to_owned(), "LISEZMOI.md".to_owned()];
    for folder in GUIDES {
        let names = Path::new(folder).read_dir().expect("a folder").map(|entry| entry.expect("a page").path());
        files.extend(names.map(|path| path.display().to_string()));
    }
    let mut run = 0;
    for file in files {
        let sandbox = product();
        for command in commands(&read(&file)) {
            if NOT_RUN.iter().any(|(start, _)| command.starts_with(start)) {
                continue;
            }
            let words: Vec<&str> = command.split_whitespace().skip(1).collect();
            let done = sandbox.equerre(&words);
            assert!(done.code < 2, "{file}: {command}\n{}{}", done.stdout, done.stderr);
            run += 1;
        }
    }
    assert!(run > 40, "{run} examples were found");
}

#[test]
fn every_reason_not_to_run_an_example_is_needed() {
    let all: String = [read("README.md"), read("LISEZMOI.md")].concat();
    for (start, why) in NOT_RUN {
        assert!(commands(&all).iter().any(|command| command.starts_with(start)), "{start}: {why}");
    }
}
