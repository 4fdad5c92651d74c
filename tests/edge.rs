//! What the audited repository may say: no secret of its files leaves in any format, and nothing that it says acts where a
//! report is read.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use common::{NOW_TEXT, Run, Sandbox, run_in};
use scraper::{Html, Selector};
use serde_json::Value;

/// Names of secrets, in the cases and languages in which teams write them.
const NAMES: &[&str] = &[
    "DB_PASSWORD",
    "dbPassword",
    "DB_PW",
    "CREDS",
    "JETON",
    "CLE_API",
    "clé_api",
    "MOT_DE_PASSE",
    "motDePasse",
    "mdp",
    "API_KEY",
    "apiKey",
    "secret_key_base",
    "client-secret",
    "AUTH_TOKEN",
    "passphrase",
    "PIN",
    "sid",
    "COOKIE",
    "SESSION",
    "sig",
    "X-Auth",
    "cle",
    "pwd",
];

/// Ways to give a value to a name, and the file in which it is done.
const SYNTAXES: &[(&str, &str)] = &[
    ("run.sh", "{N}={S} ./run"),
    ("run.sh", "export {N}=\"{S}\""),
    ("run.sh", "./deploy --{N} {S}"),
    ("run.sh", "./deploy --{N}={S} --verbose"),
    ("run.sh", "curl -d \"{\\\"{N}\\\":\\\"{S}\\\"}\" http://x"),
    ("run.sh", "curl -d '{\"{N}\":\"{S}\"}' http://x"),
    ("run.sh", "curl \"https://x.fr/a?v=1&{N}={S}\" -o a"),
    ("run.sh", "curl -H \"{N}: {S}\" http://x"),
    ("a.yml", "  {N}: {S}"),
    ("a.yml", "  {N}: '{S}' # ours"),
    ("a.yml", "  - {name: {N}, value: {S}}"),
    ("a.yml", "  environment: [\"{N}={S}\", \"A=b\"]"),
    ("a.json", "{\"{N}\": \"{S}\", \"port\": 80}"),
    ("a.js", "const {N} = \"{S}\"; run();"),
    ("a.ts", "connect({ {N}: '{S}', port: 80 });"),
    ("a.py", "{N} = b\"{S}\""),
    ("a.py", "# {N} = {S}"),
    ("a.rb", "config.{N} = '{S}'"),
    ("a.php", "'{N}' => '{S}',"),
    ("a.ini", "{N} = {S}"),
    ("a.properties", "spring.{N}={S}"),
    ("a.toml", "{N} = \"{S}\""),
    ("a.xml", "<{N}>{S}</{N}>"),
    ("Dockerfile", "ENV {N} {S}"),
    ("Dockerfile", "ARG {N}={S}"),
    ("a.md", "Set `{N}={S}` before."),
    (".env.test", "{N}={S}"),
    ("a.yml", "  {N}: ${X:-{S}}"),
    ("a.properties", "{N}=${X:{S}}"),
    ("a.yml", "  {N}: ${{ secrets.X || '{S}' }}"),
    ("a.j2", "{N}: {{ x | default('{S}') }}"),
    ("a.js", "const {N} = process.env.X || '{S}';"),
];

/// Secrets that no name announces, or a name of their own: `{S}` is a short password, `{L}` a long word of letters alone.
const ALONE: &[(&str, &str)] = &[
    ("run.sh", "mysql -u root -p{S}"),
    ("run.sh", "mysqldump --user=root --password={S} db"),
    ("run.sh", "curl -u admin:{S} http://x"),
    ("run.sh", "curl -uadmin:{S} http://x"),
    ("run.sh", "curl --user=admin:{S} http://x"),
    ("run.sh", "curl -H \"Cookie: lang=fr; sid={L}\" http://x"),
    ("run.sh", "curl -H 'Set-Cookie: a={L}; Path=/' http://x"),
    ("run.sh", "curl -H \"Authorization: Basic {L}\" http://x"),
    ("run.sh", "curl -H \"Authorization: Bearer {L}\" http://x"),
    ("run.sh", "curl -b \"session={L}\" http://x"),
    ("run.sh", "echo {L} | base64 -d"),
    ("run.sh", "base64 -d <<< {L}"),
    ("run.sh", "echo {S} | sudo -S id"),
    ("run.sh", "echo \"{S}\" | sudo -S id"),
    ("run.sh", "echo {S} | docker login -u a --password-stdin r.io"),
    ("run.sh", "echo root:{S} | chpasswd"),
    ("run.sh", "sshpass -p {S} ssh a@b"),
    ("run.sh", "sshpass -p\"{S}\" ssh a@b"),
    ("run.sh", "sshpass -p'{S}' ssh a@b"),
    ("run.sh", "zip -P {S} a.zip b"),
    ("run.sh", "7z x -p{S} a.7z"),
    ("run.sh", "unrar x -p{S} a.rar"),
    ("run.sh", "openssl enc -aes-256-cbc -k {S} -in a"),
    ("run.sh", "openssl enc -pass pass:{S} -in a"),
    ("run.sh", "openssl rsa -passin pass:{S}"),
    ("run.sh", "htpasswd -bc f admin {S}"),
    ("run.sh", "htpasswd -nb admin {S}"),
    ("run.sh", "lftp -u admin,{S} ftp://x"),
    ("run.sh", "smbclient -U admin%{S} //x/y"),
    ("run.sh", "docker login -u a -p {S} r.io"),
    ("run.sh", "docker login --username a --password {S} r.io"),
    ("run.sh", "git clone https://u:{S}@git.example.com/a"),
    ("run.sh", "git clone https://{L}@git.example.com/a"),
    ("run.sh", "psql postgres://u:p@ss/{S}@db.example.com/a"),
    ("run.sh", "curl \"https://x.blob.core.windows.net/a?sv=1&sig={L}\""),
    ("run.sh", "curl https://x.azurewebsites.net/api?code={L}"),
    ("run.sh", "redis-cli -h x -a {S} ping"),
    ("run.sh", "mongosh -u a -p {S}"),
    ("run.sh", "sqlcmd -S x -U sa -P {S}"),
    ("run.sh", "ldapsearch -D cn=a -w {S}"),
    ("run.sh", "psql \"host=x password={S}\""),
    ("run.sh", "az keyvault secret set --name a --value {S}"),
    ("run.sh", "gh secret set A -b {S}"),
    ("run.sh", "kubectl create secret generic a --from-literal=a={S}"),
    ("run.sh", "aws configure set aws_secret_access_key wJalrXUtnFEMI/{L}"),
    ("run.sh", "npm config set //registry.npmjs.org/:_authToken {L}"),
    ("run.sh", "composer config http-basic.x.fr user {L}"),
    ("run.sh", "bundle config gems.x.fr user:{S}"),
    ("run.sh", "vault login {L}"),
    ("run.sh", "vault kv put secret/a b={S}"),
    ("run.sh", "plink -pw {S} a@b"),
    ("run.sh", "gpg --batch --passphrase {S} -c a"),
    ("run.sh", "keytool -storepass {S} -list"),
    ("run.sh", "curl -F \"user=a\" -F \"pass={S}\" http://x"),
    ("run.sh", "curl -d \"username=a&pwd={S}\" http://x"),
    ("run.sh", "heroku config:set A={S}"),
    ("run.sh", "# password {S}"),
    ("run.sh", "# le mot de passe est {S}"),
    ("run.sh", "# mdp : {S}"),
    ("run.sh", "true # the token is {S}"),
    ("a.js", "// mot de passe de recette : {S}"),
    ("a.js", "jwt.sign(payload, \"{S}\")"),
    ("a.js", "app.use(session({ secret: [\"{S}\"], cookie: {} }))"),
    ("a.js", "app.use(cookieSession({ keys: [`{S}`] }))"),
    ("a.js", "exec(\"PGPASSWORD={S} psql\")"),
    ("a.js", "setPassword('{S}')"),
    ("a.js", "export const appKey = new Secret('une-{L}')"),
    ("a.yml", "password: Pa$s{S}"),
    ("a.yml", "password: 'x%{S}%y'"),
    ("a.py", "SECRET_KEY = os.getenv(\"SECRET_KEY\", \"{S}\")"),
    ("a.py", "app.config.update(SECRET_KEY=b\"{S}\", X=\"{S}\")"),
    ("a.py", "PIN = 4829{D}"),
    ("a.php", "define('DB_PASSWORD', '{S}');"),
    ("a.sql", "CREATE USER a IDENTIFIED BY '{S}';"),
    ("a.cs", "var c = \"Server=db;Password={S};\";"),
    ("a.yml", "  command: [\"redis-server\", \"--requirepass\", \"{S}\"]"),
    ("a.yml", "  test: [\"CMD\",\"mysqladmin\",\"-uroot\",\"-p{S}\"]"),
    ("a.yml", "  - run: mysql -p{S} < a.sql"),
    ("a.json", "{\"passwords\": [\"a\", \"{S}\"]}"),
    ("a.json", "{\"password\": {\"value\": \"{S}\"}}"),
    ("a.json", "{\"scripts\": {\"a\": \"mysql -p{S}\"}}"),
    ("a.npmrc", "//registry.npmjs.org/:_authToken={L}"),
    ("a.netrc", "machine x.fr login a password {S}"),
    ("a.md", "Le mot de passe est {S}."),
    ("a.txt", "jeton : {L}"),
    (".env.test", "A='{S}'"),
    (".env.test", "# old: password={S}"),
    ("a.txt", "bot110201543:AAHdqTc{L}"),
    ("a.txt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi{L}.abc{L}"),
    ("a.txt", "hvs.CAESIJ{L}"),
    ("a.txt", "ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0e{D3}I6"),
    ("a.txt", "glpat-aB3dE6gH9jK2mN5p{D3}"),
    ("a.txt", "AKIAABCDEFGHIJKL{A}"),
    ("a.txt", "-----BEGIN RSA PRIVATE KEY-----\\nMIIEowIBAAKCAQEA{L}{L}\\n-----END RSA PRIVATE KEY-----"),
];

/// Texts that act somewhere: on terminals, in pages, tables, pipelines and forges.
const PAYLOADS: &[&str] = &[
    "\u{1b}]0;PWN\u{7}\u{1b}[31mRED",
    "\u{1b}]8;;http://evil.example/\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "-2+3",
    "::error::pwned",
    "::set-output name=x::y",
    "##[error]pwned",
    "%0A::error::enc",
    "[x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "![i](http://evil.example/i.png)",
    "@betagouv/admins",
    "http://evil.example/auto",
    "www.evil.example",
    "`tick` **bold** | pipe",
    "\u{202e}RTL\u{2066}iso",
    "\u{200b}zw\u{feff}",
    "\u{9b}31mC1\u{85}",
    "a\r\nb",
    "\u{2028}ls\u{2029}",
    "\u{ad}soft",
    "\u{e0041}tag",
    "\u{61c}ALM",
    "\u{180e}\u{115f}\u{3164}",
    "]]>",
    "--> <!-- x",
    "#1234",
    "/close",
];

/// What is told beside the formats of a report, by the name of the output: its arguments.
const ALSO: &[(&str, &[&str])] = &[
    ("facts as json", &["facts", "--format", "json"]),
    ("facts", &["facts"]),
    ("fix", &["fix", "--dry-run", "--unsafe", "--licence", "MIT", "--holder", "x", "--contact", "a@b.fr"]),
    ("deployments", &["deployments"]),
    ("facts of the report", &["check", "--format", "json", "--with-facts"]),
    ("audit as html", &["audit", ".", "--format", "html"]),
];

/// The same in other words, where every output must be seen.
const MORE: &[(&str, &[&str])] = &[
    ("terminal", &["check"]),
    ("quiet", &["check", "-q"]),
    ("french", &["check", "-v", "--lang", "fr"]),
    ("deployments as json", &["deployments", "--format", "json"]),
    ("deployments as csv", &["deployments", "--format", "csv"]),
    ("audit", &["audit", "."]),
    ("audit as markdown", &["audit", ".", "--format", "markdown"]),
    ("audit as json", &["audit", ".", "--format", "json"]),
    ("rules", &["rules", "list"]),
    ("rules as json", &["rules", "list", "--format", "json"]),
];

/// The formats that one run writes to files.
const FORMATS: &[&str] =
    &["json", "html", "sarif", "github", "gitlab", "junit", "csv", "markdown", "dotenv", "badge", "lines"];

/// Every output of a folder, by name; what went to standard error with what went to standard output.
fn outputs(sandbox: &Sandbox, also: &[(&str, &[&str])]) -> BTreeMap<String, String> {
    let out = tempfile::TempDir::new().expect("a folder");
    let files: Vec<String> =
        FORMATS.iter().map(|format| format!("{format}={}", out.path().join(format).display())).collect();
    let mut args = vec!["check", "-v", "--as-of", NOW_TEXT];
    files.iter().for_each(|file| args.extend(["--output", file]));
    let mut all = BTreeMap::new();
    let told = |run: Run| {
        assert!((0..=2).contains(&run.code), "it crashed: {}", run.stderr);
        run.stdout + &run.stderr
    };
    all.insert("verbose".to_owned(), told(sandbox.equerre(&args)));
    for format in FORMATS {
        all.insert((*format).to_owned(), std::fs::read_to_string(out.path().join(format)).unwrap_or_default());
    }
    let also: Vec<(String, String)> = std::thread::scope(|scope| {
        let half = also.len() / 2;
        let runs = [&also[..half], &also[half..]].map(|some| {
            scope.spawn(move || {
                some.iter().map(|(name, args)| ((*name).to_owned(), told(sandbox.equerre(args)))).collect::<Vec<_>>()
            })
        });
        runs.into_iter().flat_map(|run| run.join().expect("the runs end")).collect()
    });
    all.extend(also);
    all
}

/// A rule of a pack that fails for the one file of a placement.
fn rule(sandbox: &Sandbox, at: usize, glob: &str) {
    let text = format!(
        "severity: major\npillar: security\ntitle: {{fr: Emplacement, en: Placement}}\nwhy: {{fr: Essai., en: A test.}}\nremediation: {{fr: Rien., en: Nothing.}}\nfails-when: {{text: '\\S', in: ['{glob}'], in-comments: true}}\n"
    );
    sandbox.write(&format!("quality/place-{at:03}.yml"), text.as_bytes());
}

/// The secrets of a placement, none of which is that of another: a password, letters alone, figures.
fn secrets(at: usize) -> [(&'static str, String); 5] {
    let letter = |place: usize| {
        char::from(b'a' + u8::try_from(at / 26_usize.pow(u32::try_from(place).unwrap_or(0)) % 26).unwrap_or(0))
    };
    let letters: String = (0..3).map(letter).collect();
    [
        ("{S}", format!("hunter{at:03}XyZq")),
        ("{L}", format!("zXcVbNmAsDfG{letters}JkLqWeRtYuIoP")),
        ("{D3}", format!("{at:03}")),
        ("{D}", format!("{at:03}")),
        ("{A}", letters.to_uppercase() + "Q"),
    ]
}

/// Every placement: its file, its line, and what of it must not be told.
fn placements() -> Vec<(String, String, Vec<String>)> {
    let named =
        NAMES.iter().flat_map(|name| SYNTAXES.iter().map(move |(file, line)| (*file, line.replace("{N}", name))));
    let alone = ALONE.iter().map(|(file, line)| (*file, (*line).to_owned()));
    named
        .chain(alone)
        .enumerate()
        .map(|(at, (file, line))| {
            let (mut written, mut told) = (line.clone(), Vec::new());
            for (hole, secret) in secrets(at) {
                if line.contains(hole) {
                    written = written.replace(hole, &secret);
                    told.push(secret);
                }
            }
            // What is too short to be looked for alone is looked for with what stands before it.
            let last = written.rsplit([' ', '"', '\'']).find(|word| word.len() >= 7).unwrap_or_default().to_owned();
            let told = told.into_iter().map(|secret| if secret.len() < 7 { last.clone() } else { secret }).collect();
            (file.to_owned(), written, told)
        })
        .collect()
}

/// What of these secrets each output tells.
fn leaks(outputs: &BTreeMap<String, String>, placements: &[(String, String, Vec<String>)]) -> Vec<String> {
    // A million places to look at are looked at once.
    let usual = regex::Regex::new("hunter[0-9]{3}XyZq|zXcVbNmAsDfG[a-z]{3}JkLqWeRtYuIoP").expect("a pattern");
    let told: Vec<(&str, BTreeSet<&str>)> = outputs
        .iter()
        .map(|(name, text)| (name.as_str(), usual.find_iter(text).map(|secret| secret.as_str()).collect()))
        .collect();
    let mut leaks = Vec::new();
    for (file, line, secrets) in placements {
        let tells = |(name, told): &&(&str, BTreeSet<&str>)| {
            secrets.iter().any(|secret| match usual.is_match(secret) {
                true => told.contains(secret.as_str()),
                false => outputs[*name].contains(secret),
            })
        };
        let telling: Vec<&str> = told.iter().filter(tells).map(|(name, _)| *name).collect();
        if !telling.is_empty() {
            leaks.push(format!("{file}: {line}   {telling:?}"));
        }
    }
    leaks
}

#[test]
fn no_placement_of_a_secret_is_told_in_any_format() {
    let placements = placements();
    assert!(placements.len() >= 300, "only {} placements", placements.len());
    let sandbox = Sandbox::folder(&[("README.md", "# Cantine\n"), (".equerre.yml", "packs: [quality]\n")]);
    for (at, (file, line, _)) in placements.iter().enumerate() {
        sandbox.write(&format!("p{at:03}/{file}"), format!("{line}\n").as_bytes());
        rule(&sandbox, at, &format!("p{at:03}/**"));
    }
    let outputs = outputs(&sandbox, ALSO);
    // Each placement is drawn: its frame is there, and its line in the page.
    let frames = outputs["verbose"].matches("place-").count();
    assert!(frames >= placements.len(), "{frames} frames");
    let leaks = leaks(&outputs, &placements);
    assert!(leaks.is_empty(), "{} of {} placements leak:\n{}", leaks.len(), placements.len(), leaks.join("\n"));
}

#[test]
fn no_command_of_a_pipeline_tells_its_secret() {
    let placements: Vec<_> = placements().into_iter().filter(|(file, ..)| file == "run.sh").collect();
    let sandbox = Sandbox::repository(&[("package.json", "{\"devDependencies\":{\"eslint\":\"9\"}}")]);
    for (at, (_, line, _)) in placements.iter().enumerate() {
        let run = serde_json::to_string(&format!("npx eslint . || true; {line}")).expect("JSON");
        let job = format!("on: push\njobs:\n  a{at}:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: {run}\n");
        sandbox.write(&format!(".github/workflows/w{at:03}.yml"), job.as_bytes());
    }
    sandbox.commit("ci: lint", 3);
    let leaks = leaks(&outputs(&sandbox, ALSO), &placements);
    assert!(leaks.is_empty(), "{} of {} placements leak:\n{}", leaks.len(), placements.len(), leaks.join("\n"));
}

/// Tokens whose form is known, one for each place where a name may hold one.
fn token(at: usize) -> String {
    format!("ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0e{at:03}I6")
}

#[test]
fn no_name_tells_the_token_that_it_holds() {
    let tokens: Vec<String> = (0..20).map(token).collect();
    let t = |at: usize| tokens[at].as_str();
    let workflow = format!(
        "name: {}\non: push\njobs:\n  {}:\n    environment: {}\n    runs-on: ubuntu-16.04\n    steps:\n      - uses: a/{}@main\n      - run: npx eslint . || true; echo {}\n",
        t(0),
        t(1),
        t(2),
        t(3),
        t(4)
    );
    let manifest = format!(
        "{{\"name\":\"{}\",\"dependencies\":{{\"express\":\"*\",\"{}\":\"*\",\"b\":\"git+https://{}@github.com/a/b.git#main\"}}}}",
        t(5),
        t(6),
        t(7)
    );
    let settings = format!(
        "product: {}\nexclude: [{}]\ndelivery: {{environment: {}}}\nignores: [{{rule: missing-licence, reason: \"{}\"}}]\npacks: [quality]\n",
        t(8),
        t(9),
        t(10),
        t(11)
    );
    let rule = format!(
        "severity: major\npillar: security\ntitle: {{fr: {0}, en: {0}}}\nwhy: {{fr: {0}, en: {0}}}\nremediation: {{fr: {0}, en: {0}}}\nmessage: {{fr: {0}, en: {0}}}\nreferences: [\"https://a.fr/{0}\"]\nfails-when: {{file: ['README.md']}}\n",
        t(12)
    );
    let sandbox = Sandbox::repository(&[
        ("README.md", &format!("# {}\n\n```sh\nnpm run {}\n```\n", t(13), t(14))),
        (".github/workflows/ci.yml", &workflow),
        ("package.json", &manifest),
        (".equerre.yml", &settings),
        ("quality/told.yml", &rule),
        (&format!("{}/.env", t(15)), "A=b\n"),
        (&format!("src/{}.env", t(16)), "A=b\n"),
    ]);
    sandbox.commit(&format!("wip {} password=hunter777XyZq", t(17)), 2);
    let git = sandbox.git();
    let head = git.head().expect("a head").peel_to_commit().expect("a commit");
    git.branch(t(18), &head, true).expect("a branch");
    git.tag_lightweight(&format!("v1.0.0-{}", t(19)), head.as_object(), true).expect("a tag");
    git.remote("origin", "https://user:hunter778XyZq@github.com/o/r").expect("a remote");
    let outputs = outputs(&sandbox, &[ALSO, MORE].concat());
    let secrets: Vec<String> =
        tokens.iter().cloned().chain(["hunter777XyZq", "hunter778XyZq"].map(str::to_owned)).collect();
    for (name, text) in &outputs {
        for secret in &secrets {
            assert!(!text.contains(secret), "{name} tells {secret}:\n{}", around(text, secret));
        }
    }
}

fn around<'t>(text: &'t str, word: &str) -> &'t str {
    let at = text.find(word).unwrap_or(0);
    let (from, to) = (at.saturating_sub(120), (at + word.len() + 60).min(text.len()));
    &text[text.floor_char_boundary(from)..text.ceil_char_boundary(to)]
}

/// Settings that are refused, and what their error must not tell.
const REFUSED: &[(&str, &str)] = &[
    ("token: {T}\n", "a key that is unknown"),
    ("product: x\n# {T}\nzzz: 1\n", "a line beside the one that is wrong"),
    ("product: x\npassword: {S}\n", "a key that names a secret"),
    ("{T}: 1\n", "a key that is a token"),
    ("product: [{T}]\n", "a value of the wrong kind"),
    ("lang: {T}\n", "a value that is unknown"),
    ("severities: {{T}: major}\n", "a rule that is not there"),
    ("severities: {missing-licence: {T}}\n", "a severity that is none"),
    ("exclude: ['{T}[']\n", "a glob that is none"),
    ("packs: [{T}]\n", "a pack that is not there"),
    ("baseline: a/{T}\n", "a baseline that is elsewhere"),
    ("ignores: [{rule: x, reason: y, until: {T}}]\n", "a date that is none"),
    ("gates: {fail-on: {T}}\n", "a gate that is none"),
    ("product: \"{T}\n", "a text without an end"),
    ("a: b: {T}\n", "what is no YAML"),
];

#[test]
fn no_error_tells_a_secret_or_acts() {
    let (token, secret) = (token(0), "hunter779XyZq");
    for (text, what) in REFUSED {
        let text = text.replace("{T}", &token).replace("{S}", secret);
        for command in [&["check"][..], &["fix", "--dry-run", "--unsafe"]] {
            let sandbox = Sandbox::folder(&[("a.js", "x\n"), (".equerre.yml", &text)]);
            let run = sandbox.equerre(command);
            assert!(run.code == 2 || what.starts_with("a value"), "{what}: {}", run.stderr);
            let told = run.stdout + &run.stderr;
            assert!(!told.contains(&token) && !told.contains(secret), "{what}: {told}");
        }
    }
    for (at, payload) in PAYLOADS.iter().enumerate() {
        let quoted = in_yaml(payload);
        let raw: String = payload.chars().filter(|c| !"\r\n\u{85}".contains(*c)).collect();
        let texts = [format!("{quoted}: 1\n"), format!("product: x # {raw}\nzzz: 1\n"), format!("packs: [{quoted}]\n")];
        // Each payload takes two of the three ways.
        for (_, text) in texts.iter().enumerate().filter(|(way, _)| *way != at % 3) {
            let sandbox = Sandbox::folder(&[("a.js", "x\n"), (".equerre.yml", text)]);
            let run = sandbox.equerre(&["facts"]);
            acts_nowhere("error", &(run.stdout + &run.stderr));
        }
    }
    let sandbox = Sandbox::folder(&[("a.js", "x\n"), (".git", "gitdir: /nowhere\u{1b}]0;pwned\u{7}\u{9b}\u{202e}\n")]);
    let run = sandbox.equerre(&["check"]);
    acts_nowhere("error", &(run.stdout + &run.stderr));
}

/// What may stand in no output at all.
fn acts_nowhere(name: &str, text: &str) {
    let hidden = |c: char| {
        c.is_control() && !"\n\r\t".contains(c)
            || "\u{ad}\u{61c}\u{115f}\u{180e}\u{200b}\u{2028}\u{2029}\u{3164}\u{feff}".contains(c)
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
            || ('\u{e0000}'..='\u{e007f}').contains(&c)
    };
    if let Some(at) = text.find(hidden) {
        panic!(
            "{name} holds {:?}: {:?}",
            text[at..].chars().next(),
            &text[text.floor_char_boundary(at.saturating_sub(80))..].chars().take(160).collect::<String>()
        );
    }
    assert!(!text.contains("##["), "{name}: {}", around(text, "##["));
    for line in text.lines().filter(|line| line.trim_start().starts_with("::")) {
        let annotates = ["::error ", "::warning ", "::notice "].iter().any(|start| line.starts_with(start));
        assert!(name == "github" && annotates, "{name} commands a runner: {line}");
    }
}

/// What may stand in no output of a format.
fn acts_in_no_reader(name: &str, text: &str) {
    acts_nowhere(name, text);
    if name.contains("json") || ["sarif", "gitlab", "facts of the report"].contains(&name) {
        serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    if name.contains("html") {
        let page = Html::parse_document(text);
        let all = |selector: &str| page.select(&Selector::parse(selector).expect("a selector")).count();
        assert_eq!(all("script, iframe, object, embed, link, base, form, img, [onload], [onerror]"), 0, "{name}");
        assert_eq!(all("meta[http-equiv='Content-Security-Policy']"), 1, "{name}");
        for link in page.select(&Selector::parse("[href], [src]").expect("a selector")) {
            let to = link.value().attr("href").or(link.value().attr("src")).unwrap_or_default();
            assert!(to.starts_with('#') || to.starts_with("https://") || to.starts_with("http://"), "{name}: {to}");
            assert!(!to.contains("evil.example"), "{name}: {to}");
        }
    }
    if name.contains("markdown") {
        let lower = text.to_lowercase();
        for raw in
            ["<script", "<img", "<svg", "](javascript", "<javascript", "@betagouv", "![i]", "http://evil", "www.evil"]
        {
            // Between backquotes nothing is markup.
            let bare: String =
                lower.lines().map(|line| line.split('`').step_by(2).collect::<String>() + "\n").collect();
            assert!(!bare.contains(raw), "{name} holds {raw}: {:?}", around(&bare, raw));
        }
        assert!(!text.lines().any(|line| line.starts_with('/')), "{name} commands a forge");
    }
    if name.contains("csv") {
        for line in text.split("\r\n") {
            for cell in line.split(",").map(|cell| cell.trim_start_matches('"')) {
                let starts = cell.trim_start().starts_with(['=', '+', '@']);
                assert!(!starts || !line.starts_with(cell), "{name} holds a formula: {cell}");
            }
            assert!(
                !line.contains(",=") && !line.contains(",\"=") && !line.contains(",+1") && !line.contains(",@SUM"),
                "{name}: {line}"
            );
        }
    }
    if ["junit", "badge"].contains(&name) {
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("]]>"), "{name}");
    }
    if name == "dotenv" {
        for line in text.lines() {
            assert!(line.split_once('=').is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase())), "{line}");
        }
    }
}

/// A text as YAML writes it, whatever its characters.
fn in_yaml(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        c => format!("\\U{:08x}", u32::from(c)),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// A text as a name of a file, or of a reference of git.
fn as_name(payload: &str) -> String {
    payload.replace('/', "∕").chars().take(120).collect()
}

#[test]
fn nothing_that_a_repository_says_acts_where_it_is_read() {
    let all = PAYLOADS.join(" ");
    let quoted = in_yaml;
    let sandbox = Sandbox::repository(&[("README.md", &format!("# {all}\n"))]);
    // Packs: a rule for each payload, whose every text it is.
    for (at, payload) in PAYLOADS.iter().enumerate() {
        let text = quoted(payload);
        let rule = format!(
            "severity: blocker\npillar: security\ncriterion: {text}\ntitle: {{fr: {text}, en: {text}}}\nwhy: {{fr: {text}, en: {text}}}\nremediation: {{fr: {text}, en: {text}}}\nmessage: {{fr: {text}, en: {text}}}\nfails-when: {{file: ['README.md', 'd{at}-*/**']}}\n"
        );
        sandbox.write(&format!("rules/evil-{at}.yml"), rule.as_bytes());
    }
    let ignores: String = ["missing-licence", "missing-editorconfig", "missing-security-policy"]
        .iter()
        .zip([&all, PAYLOADS[9], PAYLOADS[5]])
        .map(|(rule, text)| format!("  - {{rule: {rule}, reason: {}}}\n", quoted(text)))
        .collect();
    let settings = format!(
        "product: {0}\npacks: [rules]\nexclude: [{1}]\nignores:\n{ignores}delivery: {{environment: {1}}}\n",
        quoted(PAYLOADS[9]),
        quoted("nope\u{1b}x")
    );
    sandbox.write(".equerre.yml", settings.as_bytes());
    let mut services = "version: '3'\nservices:\n".to_owned();
    let mut jobs = "on: push\njobs:\n".to_owned();
    for (at, payload) in PAYLOADS.iter().enumerate() {
        let name = as_name(payload);
        sandbox.write(&format!("d{at}-{name}/.env.production"), b"A=b\n");
        sandbox.write(&format!("{name}/{name}.js"), b"const agent = { rejectUnauthorized: false };\n");
        let text = quoted(payload);
        let _ = writeln!(services, "  {text}: {{image: {}, privileged: true}}", quoted(&format!("a:latest{payload}")));
        let _ = writeln!(
            jobs,
            "  {}:\n    name: {text}\n    environment: {{name: {text}}}\n    runs-on: ubuntu-16.04\n    continue-on-error: true\n    steps:\n      - uses: {}\n      - run: {}",
            quoted(&format!("j{payload}")),
            quoted(&format!("evil/{payload}@main")),
            quoted(&format!("npx eslint . || true # {payload}"))
        );
    }
    sandbox.write("docker-compose.yml", services.as_bytes());
    sandbox.write(".github/workflows/ci.yml", jobs.as_bytes());
    let dependencies: BTreeMap<&str, &str> = PAYLOADS.iter().map(|payload| (*payload, "*")).collect();
    let manifest = serde_json::json!({ "name": all, "license": all, "dependencies": dependencies, "devDependencies": { "eslint": "9" } });
    sandbox.write("package.json", manifest.to_string().as_bytes());
    sandbox.write(".gitignore", format!("{}\n", PAYLOADS[9]).as_bytes());
    sandbox.commit(&all, 2);
    let git = sandbox.git();
    let head = git.head().expect("a head").peel_to_commit().expect("a commit").id();
    let mut refs = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    for (at, payload) in PAYLOADS.iter().enumerate() {
        let name: String = as_name(payload).chars().filter(|c| !" \r\n\u{85}".contains(*c)).collect();
        let _ = writeln!(refs, "{head} refs/heads/b{at}{name}");
        let _ = writeln!(refs, "{head} refs/tags/v1.0.{at}-{name}");
    }
    sandbox.write(".git/packed-refs", refs.as_bytes());
    let before = sandbox.equerre(&["check", "--format", "json", "--as-of", NOW_TEXT]);
    assert_eq!(before.code, 0, "{}", before.stderr);
    let before = before.stdout;
    let mut outputs = outputs(&sandbox, &[ALSO, MORE].concat());
    for (name, args) in [("explain", ["explain", "evil-0"]), ("explain", ["explain", "evil-13"])] {
        let run = sandbox.equerre(&args);
        outputs.insert(format!("{name} {}", args[1]), run.stdout + &run.stderr);
    }
    // Reports are foreign too when they are compared.
    let folder = tempfile::TempDir::new().expect("a folder");
    let after: Value = serde_json::from_str(&before).expect("a report");
    std::fs::write(folder.path().join("before.json"), &before).expect("a file");
    std::fs::write(folder.path().join("after.json"), poisoned(&after, &all).to_string()).expect("a file");
    for format in ["text", "markdown", "json"] {
        let run = run_in(folder.path(), &["diff", "before.json", "after.json", "--format", format]);
        outputs.insert(format!("diff as {format}"), run.stdout + &run.stderr);
    }
    let compared = folder.path().join("after.json").display().to_string();
    let run = sandbox.equerre(&["check", "--format", "html", "--compare", &compared]);
    outputs.insert("html compared".to_owned(), run.stdout);
    assert!(outputs["verbose"].contains("evil-0") && outputs["html"].contains("evil-0"), "the pack is followed");
    for (name, text) in &outputs {
        acts_in_no_reader(name, text);
    }
}

/// A report whose titles, notes and names say something else too.
fn poisoned(value: &Value, payload: &str) -> Value {
    match value {
        Value::Object(map) => {
            let poison = |(key, value): (&String, &Value)| {
                let keeps =
                    ["outcome", "severity", "tier", "letter", "pillar", "as_of", "level", "standing", "uncapped"]
                        .contains(&key.as_str());
                (key.clone(), if keeps { value.clone() } else { poisoned(value, payload) })
            };
            Value::Object(map.iter().map(poison).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(|value| poisoned(value, payload)).collect()),
        Value::String(text) => Value::String(format!("{payload} {text}")),
        other => other.clone(),
    }
}

#[test]
fn no_wrapped_line_of_the_terminal_commands_a_runner() {
    let sandbox = Sandbox::folder(&[("README.md", "# Cantine\n"), (".equerre.yml", "packs: [quality]\n")]);
    for at in 0..70 {
        let name = format!("{} ::error::pwned ::error::x", "a".repeat(40 + at));
        sandbox.write(&format!("p{at:03}/{name}/a.txt"), b"x\n");
        sandbox.write(&format!("p{at:03}/b{name}/a.txt"), b"x\n");
        rule(&sandbox, at, &format!("p{at:03}/**"));
    }
    let colour = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    for args in [&["check", "-v"][..], &["facts"], &["check", "-v", "--color", "always"]] {
        let run = sandbox.equerre(args);
        let bare = colour.replace_all(&run.stdout, "").into_owned();
        for line in bare.lines().chain(run.stderr.lines()) {
            assert!(!line.trim_start().starts_with("::"), "{line}");
        }
    }
}

#[test]
fn a_reference_that_is_no_page_of_the_web_is_refused_with_its_place() {
    for reference in [
        "javascript:alert(1)",
        "http://a.fr/",
        "https://a.fr/\\\"><script>",
        "https://",
        "data:text/html,x",
        "https://a.fr/é",
    ] {
        let rule = format!(
            "severity: minor\npillar: security\ntitle: {{fr: a, en: a}}\nwhy: {{fr: a, en: a}}\nremediation: {{fr: a, en: a}}\nreferences: [\"{reference}\"]\nfails-when: {{file: ['README.md']}}\n"
        );
        let sandbox = Sandbox::folder(&[("README.md", "# A\n"), ("q/a.yml", &rule), (".equerre.yml", "packs: [q]\n")]);
        let run = sandbox.equerre(&["check"]);
        assert_eq!(run.code, 2, "{reference}: {}", run.stdout);
        assert!(run.stderr.contains("q/a.yml:6") && run.stderr.contains("https://"), "{}", run.stderr);
    }
}

#[test]
fn the_report_says_what_the_settings_of_the_repository_change() {
    let files = [("README.md", "# Cantine\n"), ("src/a.js", "x\n"), ("src/b.js", "y\n")];
    let with = |settings: &str| Sandbox::folder(&[&files[..], &[(".equerre.yml", settings)]].concat());
    let notes = |sandbox: &Sandbox, args: &[&str]| {
        let report = sandbox.equerre(&[&["check", "--format", "json"], args].concat()).json();
        report["notes"]
            .as_array()
            .expect("notes")
            .iter()
            .map(|note| note["what"].as_str().expect("text").to_owned())
            .collect::<Vec<_>>()
    };
    let said = |sandbox: &Sandbox, args: &[&str]| notes(sandbox, args).into_iter().find(|note| note.contains("audit"));
    for unchanged in ["product: a\n", "exclude: ['nothing/**']\n", "lang: en\n"] {
        assert_eq!(said(&with(unchanged), &[]), None, "{unchanged}");
    }
    let rules = Sandbox::folder(&files).equerre(&["check", "--format", "json"]).json();
    let passes_some = |pillar: &Value| {
        let of = |found: &&Value| found["pillar"] == pillar["pillar"];
        let scored = pillar["score"].as_f64().is_some_and(|score| score > 0.0 && score < 100.0);
        scored
            .then(|| {
                rules["findings"]
                    .as_array()
                    .expect("findings")
                    .iter()
                    .filter(of)
                    .find(|found| found["outcome"] == "fail" && found["severity"] != "info")
            })
            .flatten()
    };
    let failing =
        rules["grade"]["pillars"].as_array().expect("pillars").iter().find_map(passes_some).expect("a failure");
    let failing = failing["rule"].as_str().expect("a name");
    let ignores = &format!("ignores: [{{rule: {failing}, reason: later}}]\n");
    let sandbox = with(ignores);
    let note = said(&sandbox, &[]).expect("a note");
    assert!(note.contains("1 rule set aside") && note.contains('+') && note.contains("without"), "{note}");
    let bare = sandbox.equerre(&["check", "--format", "json", "--no-config"]).json();
    let score = bare["grade"]["score"].to_string();
    assert!(note.contains(&format!("({}) without", score.trim_end_matches(".0"))), "{note} {score}");
    assert!(said(&sandbox, &["--lang", "fr"]).expect("a note").contains("1 règle mise de côté"));
    assert_eq!(said(&sandbox, &["--no-config"]), None);
    let note = said(&with(&format!("exclude: [src]\n{ignores}")), &[]).expect("a note");
    assert!(note.contains("2 files left out"), "{note}");
    let note = said(&with(&format!("severities: {{{failing}: info}}\n")), &[]).expect("a note");
    assert!(note.contains("1 severity changed"), "{note}");
    // Whoever reads the comment of a change sees it too.
    for format in ["markdown", "github", "html", "terminal"] {
        let told = sandbox.equerre(&["check", "--format", format]).stdout;
        assert!(told.contains("1 rule set aside"), "{format}: {told}");
    }
}

#[test]
fn a_line_of_a_megabyte_is_quoted_in_no_time() {
    let pieces = [
        "login ",
        "password=",
        "\"",
        "://a:",
        "echo a | ",
        "PRIVATE KEY-----",
        "{\\\"token\\\":",
        "a&code=",
        "-u ",
        "é",
    ];
    let sandbox = Sandbox::folder(&[(".equerre.yml", "packs: [quality]\n")]);
    for (at, piece) in pieces.iter().enumerate() {
        sandbox.write(&format!("p{at:03}/a.js"), piece.repeat(1_000_000 / piece.len()).as_bytes());
        rule(&sandbox, at, &format!("p{at:03}/**"));
    }
    let started = std::time::Instant::now();
    sandbox.equerre(&["check", "-v"]);
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
