//! The criteria that machines answer, each by what answers it: the repository, the live site, the public directory. Servers of
//! this machine serve the shapes of real ones, whole, slow, broken, changed and very large.

mod common;
#[path = "common/server.rs"]
#[allow(dead_code, reason = "the pages of this test need a part of it")]
mod server;

use std::collections::BTreeMap;
use std::io::Write;

use common::{NOW_TEXT, Run, Sandbox};
use serde_json::{Value, json};
use server::{Port, request};

const DECLARED: &str = "le-produit-respecte-ses-obligations-declaratives";
const LEGAL: &str = "tous-les-documents-legaux-sont-publies-et-accessibles";
const PAGE: &str = "le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr";
const BUDGET: &str = "le-produit-communique-sur-son-budget";
const FEEDBACK: &str = "les-utilisateurs-peuvent-faire-des-retours-facilement/0";
const FAQ: &str = "le-service-simplifie-ses-contenus-d-aide/2";
const STATISTICS: &str = "la-page-stats-est-construite-selon-la-matrice-impact";

const FOOTER: &str = "<footer class='fr-footer'><a href='/accessibilite'>Accessibilité : partiellement conforme</a>\
    <a href='/mentions-legales'>Mentions légales</a><a href='/confidentialite'>Données personnelles</a>\
    <a href='/cgu'>Conditions d’utilisation</a><a href='/stats'>Statistiques</a><a href='/budget'>Budget</a>\
    <a href='/faq'>Questions fréquentes</a><a href='/contact'>Contact</a></footer>";

const STATEMENT: &str = "<h1>Déclaration d’accessibilité</h1><p>L’agence s’engage à rendre son service accessible, selon l’article 47 de la \
    loi n° 2005-102.</p><a href='/schema-2025-2027.pdf'>Schéma pluriannuel 2025-2027</a><h2>Plan d’action 2026</h2><h2>État de \
    conformité</h2><p>Le service est partiellement conforme.</p><h2>Résultats des tests</h2><p>71 % des critères sont respectés.</p>\
    <h2>Contenus non accessibles</h2><p>Des images.</p><p>Cette déclaration a été établie le 3 mars 2025.</p><p>Technologies \
    utilisées : HTML. Environnement de test : NVDA. Pages du site ayant fait l’objet de la vérification : accueil.</p>\
    <h2>Retour d’information et contact</h2><p>Écrire à l’équipe.</p><h2>Voies de recours</h2><p>Le Défenseur des droits.</p>";

/// The pages of a made-up product: path, status, text between its head and its footer.
fn pages() -> BTreeMap<&'static str, (u16, String)> {
    [
        ("/", "<header class='fr-header'></header><h1>Mon potager partagé</h1><p>Un service pour les habitants qui veulent cultiver ensemble.</p>\
            <script>var _paq=[];_paq.push(['disableCookies']);</script>"),
        ("/accessibilite", STATEMENT),
        ("/mentions-legales", "<p>Éditeur : l’agence. Directrice de la publication : la directrice. Hébergeur : Nuage, 1 rue du Test, 67000 Strasbourg.</p>"),
        ("/confidentialite", "<p>Responsable de traitement : l’agence. Finalités : le service. Base légale : mission d’intérêt public. Durées de \
            conservation : un an. Destinataires : l’équipe. Droits d’accès et de rectification. Délégué à la protection des données. CNIL. Cookies.</p>"),
        ("/cgu", "<p>Objet du service. Responsabilité. Mises à jour des conditions. Conditions mises à jour le 2 octobre 2025.</p>"),
        ("/stats", "<h1>Statistiques</h1><p>Au 15 décembre 2025 : 1 234 jardins utilisés, 45 % utiles, 312 communes ; service utilisable, impact \
            mesuré. Acquisition, activation, rétention, recommandation, impact. Notre étoile polaire : les jardins.</p>"),
        ("/budget", "<h1>Budget 2025</h1><p>210 000 euros.</p>"),
        ("/faq", "<h1>Questions fréquentes</h1><h2>Comment cultiver ?</h2><p>Ensemble.</p><h2>Où cela ?</h2><p>Près de chez vous, et par téléphone.</p>"),
        ("/contact", "<h1>Contact</h1><a href='mailto:contact@example.org'>Nous écrire</a><a href='tel:+33100000000'>01 00 00 00 00</a>"),
    ]
    .into_iter()
    .map(|(path, body)| (path, (200, body.to_owned())))
    .collect()
}

/// Serves pages, each with the footer; what a path that is not there does is said by the caller.
fn serve(pages: BTreeMap<&'static str, (u16, String)>) -> u16 {
    let port = Port::open();
    let number = port.number();
    port.each(move |mut stream| {
        let Some((method, path)) = request(&mut stream) else { return };
        let (status, kind, body) = match (pages.get(path.as_str()), path.ends_with(".pdf")) {
            (Some((status, _)), _) if *status == 0 => {
                // It takes the question, and says nothing.
                std::thread::sleep(std::time::Duration::from_secs(15));
                return;
            }
            (Some((status, body)), _) => {
                (*status, "text/html", format!("<!doctype html><title>x</title>{body}{FOOTER}"))
            }
            (None, true) => (200, "application/pdf", "%PDF".to_owned()),
            (None, false) => (404, "text/html", "rien".to_owned()),
        };
        let head = format!(
            "HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(head.as_bytes());
        if method != "HEAD" {
            let _ = stream.write_all(body.as_bytes());
        }
    });
    number
}

/// A repository in which nearly everything is missing, so that what it should have is contradicted; it has tests, which nothing runs.
fn repository() -> Sandbox {
    let functions: String = (0..150)
        .map(|rank| format!("export function garden{rank}(plots) {{\n  return plots.filter((plot) => plot.size > {rank}).length;\n}}\n"))
        .collect();
    let sandbox = Sandbox::folder(&[
        (
            "package.json",
            r#"{"name":"potager","private":true,"scripts":{"start":"node src/index.js"},"dependencies":{"express":"5.0.0","react":"19.0.0"},"devDependencies":{"cypress":"14.0.0","jest":"30.0.0"}}"#,
        ),
        (
            "src/index.js",
            "import express from 'express';\nconst app = express();\napp.get('/api/jardins', (req, res) => res.json([]));\napp.get('/', (req, res) => res.render('index'));\napp.listen(3000);\n",
        ),
        ("src/gardens.js", &functions),
        ("src/App.jsx", "export default function App() {\n  return <main><h1>Jardins</h1></main>;\n}\n"),
        ("index.html", "<!doctype html><div id=root></div><script type=module src=/src/App.jsx></script>"),
        (
            "README.md",
            "# Potager\n\nUn service pour les habitants d’un quartier qui veulent cultiver ensemble un jardin partagé.\n",
        ),
        (
            "src/gardens.test.js",
            "import { garden1 } from './gardens.js';\n\ntest('counts large plots', () => {\n  expect(garden1([{ size: 2 }, { size: 1 }])).toBe(1);\n});\n",
        ),
        ("cypress.config.js", "module.exports = { e2e: {} };\n"),
        (
            "cypress/e2e/home.cy.js",
            "describe('home', () => {\n  it('shows gardens', () => {\n    cy.visit('/');\n    cy.contains('Jardins');\n  });\n});\n",
        ),
        (
            ".github/workflows/deploy.yml",
            "on: { push: { branches: [main, master] } }\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: git push git@ssh.osc-fr1.scalingo.com:potager.git main\n",
        ),
        ("scalingo.json", "{}"),
    ]);
    let repository = git2::Repository::init(sandbox.path()).expect("a repository");
    let first = sandbox.commit("feat: first version", 200);
    let first = repository.find_object(first, None).expect("a commit");
    repository.tag_lightweight("v1.0.0", &first, false).expect("a tag");
    repository.remote("origin", "git@github.com:example/potager.git").expect("a remote");
    for rank in 0..25 {
        sandbox.write("src/a.js", format!("export const a = {rank};\n").as_bytes());
        sandbox.commit(if rank % 2 == 0 { "wip" } else { "fix" }, 60 - 2 * rank);
    }
    sandbox
}

/// What the directory says of it, with addresses on a port.
fn directory(port: u16) -> Value {
    let site = format!("http://127.0.0.1:{port}");
    json!({
        "startups": { "data": [{ "id": "potager", "type": "startup", "attributes": {
            "name": "Mon potager partagé", "link": site, "stats_url": format!("{site}/stats"), "budget_url": format!("{site}/budget"),
            "impact_url": "", "repository": "https://github.com/example/potager", "contact": "contact@example.org",
            "dashlord_url": format!("{site}/dashlord"), "mon_service_securise": true, "phases": [{"name": "acceleration", "start": "2025-01-01", "end": ""}],
            "events": [], "content_url_encoded_markdown": "" },
            "relationships": { "incubator": { "data": { "type": "incubator", "id": "x" } } } }], "included": [] },
        "authors": [{ "id": "a", "fullname": "A", "domaine": "Intraprenariat",
            "missions": [{ "start": "2024-01-01", "end": "2025-06-30", "status": "admin", "startups": ["potager"] }] }],
    })
}

fn standards(sandbox: &Sandbox, args: &[&str]) -> Run {
    let mut all = vec!["standards", "--as-of", NOW_TEXT, "--format", "json", "--lang", "en"];
    all.extend(args);
    let run = sandbox.equerre(&all);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

fn criteria(run: &Run) -> BTreeMap<String, Value> {
    let report = run.json();
    let list = report["criteria"].as_array().expect("criteria").clone();
    list.into_iter().map(|one| (one["id"].as_str().expect("a name").to_owned(), one)).collect()
}

/// The criteria by a visit of a site whose pages are served on a port.
fn by_site(sandbox: &Sandbox, port: u16, more: &[&str]) -> BTreeMap<String, Value> {
    let (port, closed) = (port.to_string(), Port::open().number().to_string());
    let mut args = vec!["--url", "http://127.0.0.1", "--http-port", &port, "--https-port", &closed];
    args.extend(more);
    criteria(&standards(sandbox, &args))
}

/// Who answers each of the 37 criteria that can be verified: `r` the repository, `s` the live site, `d` the directory. Two are
/// left to people as long as nothing contradicts them, since what is seen of them is only likely.
const VERIFIABLE: &[(&str, &str)] = &[
    ("le-produit-respecte-ses-obligations-declaratives/0", "s"),
    ("le-produit-respecte-ses-obligations-declaratives/1", "s"),
    ("le-produit-respecte-ses-obligations-declaratives/2", "s"),
    ("le-produit-respecte-ses-obligations-declaratives/3", "s"),
    ("le-service-simplifie-ses-contenus-d-aide/2", "s"),
    ("les-utilisateurs-peuvent-faire-des-retours-facilement/0", "s"),
    ("l-equipe-a-implemente-l-observabilite-de-son-produit/0", "r"),
    ("l-equipe-enregistre-et-documente-les-changements-du-code/0", "r"),
    ("l-equipe-enregistre-et-documente-les-changements-du-code/1", "r"),
    ("l-equipe-enregistre-et-documente-les-changements-du-code/2", "r"),
    ("l-open-source-et-les-communs-numeriques-sont-privilegies/0", "r"),
    ("le-code-est-deploye-frequemment-idealement-en-continu/0", "r"),
    ("le-code-est-deploye-frequemment-idealement-en-continu/1", "r"),
    ("le-code-est-deploye-frequemment-idealement-en-continu/2", "r"),
    ("le-code-est-instrumente-par-des-tests-unitaires-et-des-tests-e2e/0", "r"),
    ("le-code-est-instrumente-par-des-tests-unitaires-et-des-tests-e2e/1", "r"),
    ("le-code-est-instrumente-par-des-tests-unitaires-et-des-tests-e2e/2", "r"),
    ("le-code-est-instrumente-par-des-tests-unitaires-et-des-tests-e2e/3", "r"),
    ("le-code-source-est-uniforme/0", "r"),
    ("le-code-source-est-uniforme/1", "r"),
    ("les-aspects-techniques-du-produit-sont-documentes/0", "r"),
    ("les-aspects-techniques-du-produit-sont-documentes/1", "r"),
    ("les-aspects-techniques-du-produit-sont-documentes/2", "r"),
    ("les-aspects-techniques-du-produit-sont-documentes/3", "r"),
    ("l-equipe-a-etabli-un-plan-d-action-visant-l-homologation-de-son-service/0", "d"),
    ("le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr/0", "d"),
    ("le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr/1", "d"),
    ("le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr/2", "d"),
    ("le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr/3", "d"),
    ("le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr/4", "d"),
    ("le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr/9", "d"),
    ("le-produit-communique-sur-son-budget/0", "d"),
    ("le-produit-communique-sur-son-budget/1", "d"),
    ("le-produit-suit-ses-bonnes-pratiques-sur-dashlord/0", "d"),
    ("les-donnees-de-production-ne-sont-utilisees-qu-en-production/1", "-"),
    ("tous-les-documents-legaux-sont-publies-et-accessibles/0", "s"),
    ("le-produit-est-pilote-par-un-agent-public/0", "d"),
];

#[test]
fn the_criteria_that_can_be_verified_are_answered_where_data_exists() {
    let sandbox = repository();
    let port = serve(pages());
    sandbox.write("directory.json", directory(port).to_string().as_bytes());
    let all = by_site(&sandbox, port, &["--directory", "directory.json"]);
    let verifiable: Vec<&String> =
        all.iter().filter(|(_, one)| one["told_by"] == "verifiable").map(|(id, _)| id).collect();
    let mut named: Vec<&str> = VERIFIABLE.iter().map(|(id, _)| *id).collect();
    named.sort_unstable();
    assert_eq!(verifiable, named);
    let mut open = Vec::new();
    for (id, by) in VERIFIABLE {
        let evidence = all[*id]["evidence"].as_array().expect("evidence");
        let settles = |origins: &[&str]| {
            evidence
                .iter()
                .any(|found| found["settles"] == true && origins.contains(&found["from"].as_str().unwrap_or_default()))
        };
        let answered = match *by {
            "r" => settles(&["repository", "forge"]) || all[*id]["status"] == "not-applicable",
            "s" => settles(&["page"]),
            "d" => settles(&["directory", "page"]),
            _ => false,
        };
        if !answered {
            open.push((*id, all[*id]["open"].to_string()));
        }
    }
    assert!(open.len() <= 2, "{open:#?}");
}

#[test]
fn the_pages_of_a_site_answer_their_criteria() {
    let sandbox = Sandbox::folder(&[]);
    let all = by_site(&sandbox, serve(pages()), &[]);
    for (id, status) in [
        (format!("{DECLARED}/0"), "proved"),
        (format!("{DECLARED}/1"), "proved"),
        (format!("{DECLARED}/2"), "proved"),
        (format!("{DECLARED}/3"), "proved"),
        (FAQ.to_owned(), "proved"),
        (FEEDBACK.to_owned(), "proved"),
        (format!("{LEGAL}/0"), "proved"),
        (format!("{LEGAL}/1"), "evidence-for"),
        (format!("{LEGAL}/3"), "evidence-for"),
        (format!("{LEGAL}/4"), "evidence-for"),
        (format!("{STATISTICS}/0"), "evidence-for"),
        (format!("{STATISTICS}/1"), "evidence-for"),
        (format!("{BUDGET}/0"), "proved"),
        (format!("{BUDGET}/2"), "evidence-for"),
        ("l-equipe-suit-la-methodologie-aarri/0".to_owned(), "evidence-for"),
        ("l-equipe-suit-une-north-star-metric/0".to_owned(), "evidence-for"),
        ("l-open-source-et-les-communs-numeriques-sont-privilegies/1".to_owned(), "evidence-for"),
        ("l-equipe-produit-du-code-accessible/0".to_owned(), "evidence-for"),
        ("le-service-prevoit-les-cas-d-exclusion-numerique/1".to_owned(), "evidence-for"),
    ] {
        assert_eq!(all[&id]["status"], status, "{id}: {:#}", all[&id]);
        let places = all[&id]["evidence"].to_string();
        assert!(places.contains("http://127.0.0.1:"), "the page is named: {places}");
    }
}

#[test]
fn what_a_page_lacks_is_told_with_the_words_that_were_sought() {
    let sandbox = Sandbox::folder(&[]);
    let mut poor = pages();
    let old = STATEMENT
        .replace("3 mars 2025", "3 mars 2021")
        .replace("2025-2027", "2021-2023")
        .replace("Plan d’action 2026", "Suite");
    poor.insert("/accessibilite", (200, old));
    poor.insert("/mentions-legales", (200, "<p>Éditeur : l’agence. Hébergeur : Nuage.</p>".to_owned()));
    poor.insert("/stats", (200, "<p>Au 2 mars 2024 : 120 jardins, 45 % utiles, 312 communes.</p>".to_owned()));
    poor.insert("/budget", (404, String::new()));
    poor.insert("/cgu", (410, String::new()));
    let all = by_site(&sandbox, serve(poor), &[]);
    let told = |id: &str| all[id]["evidence"].to_string();
    for (id, status, words) in [
        (format!("{DECLARED}/1"), "contradicted", "2021-03-03"),
        (format!("{DECLARED}/2"), "contradicted", "2023"),
        (format!("{DECLARED}/3"), "contradicted", "plan d'action"),
        (format!("{LEGAL}/0"), "contradicted", "410"),
        (format!("{LEGAL}/1"), "contradicted", "director of publication"),
        (format!("{STATISTICS}/1"), "evidence-against", "2024-03-02"),
    ] {
        assert_eq!(all[&id]["status"], status, "{id}: {:#}", all[&id]);
        assert!(told(&id).contains(words), "{id}: {}", told(&id));
    }
}

#[test]
fn a_link_that_was_never_filled_in_leads_to_no_document() {
    let port = Port::open();
    let number = port.number();
    let text = "Un service pour les habitants qui veulent cultiver ensemble un jardin. ".repeat(5);
    let body = format!(
        "<!doctype html><h1>Potager</h1><p>{text}</p><footer><a href='#'>Mentions légales</a><a href='#/cgu'>CGU</a>\
         <a href='#'>Accessibilité : non conforme</a><a href='#contact'>Contact</a></footer>"
    );
    port.each(move |mut stream| {
        if request(&mut stream).is_some() {
            let head = format!(
                "HTTP/1.1 200 x\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    let all = by_site(&Sandbox::folder(&[]), number, &[]);
    assert_eq!(all[&format!("{DECLARED}/0")]["status"], "proved");
    let legal = &all[&format!("{LEGAL}/0")];
    assert!(
        legal["status"] == "contradicted" && legal["evidence"].to_string().contains("back to the home page"),
        "{legal:#}"
    );
    assert_eq!(all[&format!("{DECLARED}/1")]["status"], "contradicted");
}

#[test]
fn a_site_that_is_slow_broken_or_very_large_proves_nothing_against_it() {
    let sandbox = Sandbox::folder(&[]);
    let mut bad = pages();
    bad.insert("/stats", (0, String::new()));
    // Four million characters, in as many elements as a page may have and more.
    bad.insert("/mentions-legales", (200, format!("<p>Hébergeur</p>{}", "<i>x</i>".repeat(500_000))));
    bad.insert("/accessibilite", (200, "<div>".repeat(5_000)));
    let all = by_site(&sandbox, serve(bad), &[]);
    for id in [format!("{STATISTICS}/1"), format!("{DECLARED}/1"), format!("{DECLARED}/2")] {
        assert_eq!(all[&id]["status"], "to-answer", "{id}: {:#}", all[&id]);
        assert!(!all[&id]["open"].to_string().is_empty(), "{id}");
    }
    assert_eq!(all[FAQ]["status"], "proved");
    assert!(
        !all[&format!("{LEGAL}/1")]["evidence"].to_string().contains("legal notice: parts not found"),
        "{:#}",
        all[&format!("{LEGAL}/1")]
    );
    // A page that scripts make is not one that lacks everything.
    let shell = BTreeMap::from([("/", (200, "<div id=app></div><script src=/app.js></script><template>".to_owned()))]);
    let port = Port::open();
    let number = port.number();
    port.each(move |mut stream| {
        if request(&mut stream).is_some() {
            let body = &shell["/"].1;
            let head = format!(
                "HTTP/1.1 200 x\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    let all = by_site(&sandbox, number, &[]);
    let mention = &all[&format!("{DECLARED}/0")];
    assert!(mention["status"] == "to-answer" && mention["open"].to_string().contains("scripts"), "{mention:#}");
}

#[test]
fn the_addresses_of_the_directory_are_tried_and_no_others() {
    let sandbox = Sandbox::folder(&[]);
    let mut served = pages();
    served.remove("/budget");
    let site = serve(served);
    let mut saved = directory(site);
    saved["startups"]["data"][0]["attributes"]["dashlord_url"] = json!("");
    sandbox.write(".equerre/directory.json", saved.to_string().as_bytes());
    let ask = |more: &[&str]| {
        let mut args = vec!["--directory", ".equerre/directory.json", "--beta-id", "potager", "--no-git", "--online"];
        args.extend(more);
        criteria(&standards(&sandbox, &args))
    };
    let all = ask(&["--allow-private"]);
    for (id, status, words) in [
        (format!("{PAGE}/1"), "proved", "which answers"),
        (format!("{PAGE}/2"), "proved", "which answers"),
        (format!("{PAGE}/3"), "contradicted", "status 404"),
        (format!("{BUDGET}/0"), "contradicted", "status 404"),
        // The statistics page was read, since the directory names it.
        (format!("{STATISTICS}/1"), "evidence-for", "2025-12-15"),
    ] {
        assert_eq!(all[&id]["status"], status, "{id}: {:#}", all[&id]);
        assert!(all[&id]["evidence"].to_string().contains(words), "{id}: {:#}", all[&id]);
    }
    // What a directory names in a private network is not asked unless one says so.
    let kept = ask(&[]);
    assert!(
        kept[&format!("{PAGE}/1")]["evidence"].to_string().contains("no public address"),
        "{:#}",
        kept[&format!("{PAGE}/1")]
    );
}

#[test]
fn a_directory_of_another_version_is_read_as_far_as_it_goes() {
    let sandbox = Sandbox::folder(&[]);
    // Fields that come, go and change their type.
    let newer = json!({ "startups": { "data": [{ "id": "potager", "type": "startup", "attributes": {
        "name": 12, "link": ["https://a.fr"], "contact": "a@example.org", "phases": "acceleration", "events": null, "new": {} } }] } });
    sandbox.write(".equerre/directory.json", newer.to_string().as_bytes());
    let all =
        criteria(&standards(&sandbox, &["--directory", ".equerre/directory.json", "--beta-id", "potager", "--no-git"]));
    assert_eq!(
        [0, 1, 9].map(|rank| all[&format!("{PAGE}/{rank}")]["status"].clone()),
        ["proved", "contradicted", "proved"]
    );
}

#[test]
fn a_visit_shows_the_pages_the_words_and_the_criteria_in_every_format() {
    let port = serve(pages()).to_string();
    let closed = Port::open().number().to_string();
    let visit = |format: &str, lang: &str| {
        let args = [
            "site",
            "http://127.0.0.1",
            "--http-port",
            &port,
            "--https-port",
            &closed,
            "--format",
            format,
            "--lang",
            lang,
        ];
        let run = Sandbox::folder(&[]).equerre(&args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run
    };
    let json = visit("json", "en").json();
    let page =
        |name: &str| json["pages"].as_array().and_then(|pages| pages.iter().find(|page| page["page"] == name)).cloned();
    let plan = page("plan").expect("a page");
    assert!(plan["there"] == true && plan["url"].as_str().is_some_and(|url| url.ends_with("2027.pdf")), "{plan}");
    assert_eq!(page("impact").expect("a page")["there"], false);
    assert_eq!(json["audience"][0][0], "Matomo");
    let html = visit("html", "fr").stdout;
    assert!(
        html.contains("lang=\"fr\"") && html.contains("Pages attendues") && html.contains("aucun lien ne dit"),
        "{html}"
    );
    assert!(
        !html.contains("<script") && !html.contains("src=") && !html.contains("url("),
        "nothing runs, nothing is loaded"
    );
    let text = visit("terminal", "fr").stdout;
    assert!(text.contains("Critères des standards") && text.contains("La FAQ") | text.contains("FAQ"), "{text}");
}

#[test]
fn facts_of_the_pages_are_there_for_those_who_ask() {
    let (port, closed) = (serve(pages()).to_string(), Port::open().number().to_string());
    let sandbox = Sandbox::folder(&[("README.md", "# Potager\n")]);
    let run = sandbox.equerre(&[
        "facts",
        "--format",
        "json",
        "--url",
        "http://127.0.0.1",
        "--http-port",
        &port,
        "--https-port",
        &closed,
    ]);
    let told = run.stdout;
    for fact in [
        "\"site_pages\"",
        "\"site_accessibility_mention\"",
        "partiellement conforme",
        "\"site_audience\"",
        "Matomo",
        "legal-notice",
    ] {
        assert!(told.contains(fact), "{fact}: {told}{}", run.stderr);
    }
}
