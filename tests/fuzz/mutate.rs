//! A case of a target: one of its seeds, changed a few times by what knows how texts are made.

use super::numbers::Numbers;

/// The largest case.
const LARGEST: usize = 1_500_000;

/// What changes a text; the last is another seed, to take from.
type Step = fn(&mut Numbers, &mut Vec<u8>, &[u8]);

/// Those that know words and lines stand several times: they get further than those that know bytes alone.
#[rustfmt::skip]
const STEPS: &[Step] = &[
    change_byte, change_mark, insert_piece, insert_piece, insert_piece, drop_range, repeat_range, swap_lines,
    repeat_line, drop_line, drop_line, take_lines, take_lines, take_words, take_words, change_number, nest, cut,
    break_encoding, lengthen, indent, rename_file,
];

/// The case of a number: always the same for the same seeds.
pub(crate) fn case(numbers: &mut Numbers, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds.get(numbers.below(seeds.len())).cloned().unwrap_or_default();
    if numbers.once_in(16) {
        return bytes;
    }
    for _ in 0..=numbers.below(6) {
        let step = STEPS[numbers.below(STEPS.len())];
        let other = seeds.get(numbers.below(seeds.len())).map_or(&[][..], Vec::as_slice);
        step(numbers, &mut bytes, other);
        bytes.truncate(LARGEST);
    }
    bytes
}

/// What means something to one parser or another.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    // Quotes and comments, opened and closed in the wrong place.
    "/*\"*/", "'\"'", "\"", "'", "\"\"\"", "'''", "`", "#", "//", "/*", "*/", "<!--", "-->", "<%", "%>", "{%", "%}",
    "\\", "\\\n", "\\u0000", "\\x1b",
    // YAML.
    "<<: *a\n", "&a ", "*a", "!!binary ", "? ", "- - - ", "|\n", ">-\n", "---\n", "...\n", "%YAML 1.2\n",
    "{a: &b [*b]}",
    // JSON and TOML.
    "null", "true", "{\"a\": ", "[1,", "[a]\n", "[[a]]\n", "a = {}\n", "a.b.c = 1\n", "\"a\" = [",
    // XML and pages.
    "<![CDATA[", "<!DOCTYPE a [<!ENTITY b \"&c;\">", "&#x0;", "&#xFFFFFFFF;", "&amp;", "<parent>",
    "<version>${a}</version>", "<dependency>", "</dependency>", "<base href=\"//\">",
    "<meta http-equiv=Content-Security-Policy content=\"", "<script>", "</script>", "<svg><style>", "<template>",
    "<table><a>",
    // Shells, Makefiles, Dockerfiles.
    "$((", "$(", "${A:-b}", "<<EOF\n", "<<-'EOF'", "EOF\n", "&&", "||", ";", "|", "&", "bash -c '", "a: a\n",
    "make a\n", "npm run a", "FROM a AS b\n", "FROM ${A}\n", "ARG A=\n", "COPY --from=b . .\n", "RUN <<EOF\n",
    // Pipelines.
    "${{ ", "}}", "needs: [a]\n", "uses: ./\n", "extends: .a\n", "include:\n", "local: /\n", "run: |\n",
    "matrix:\n", "if: ${{ always() }}\n", "!reference [a, b]", "rules:\n", "steps:\n", "orbs: {a: {}}\n",
    "services: {a: {build: .}}\n",
    // Versions, paths, addresses.
    "^", "~>", "~=", ">=1 <2 ||", ".*", "workspace:*", "npm:@a/b@1", "catalog:", "git+ssh://git@a/b#c", "file:..",
    "../..", "/", "://", "a:b@", "http://[::1", "https://é.fr:99999/", "**/", "[!a-", "{a,b}", "linguist-generated",
    "[attr]a ",
    // Numbers and dates that do not fit.
    "18446744073709551616", "-9223372036854775808", "1e999999", "0x", "NaN", ".inf", "2026-99-99", "0000-00-00",
    "+275760-09-13", "9999-12-31T23:59:59z", "max-age=99999999999999999999",
    // What acts where it is read.
    "\u{0}", "\u{feff}", "\u{202e}", "é", "🦀", "\u{1b}[31m", "\u{9b}", "\r", "\r\n", "\n\n", "\t", "    ",
    "::error::x\n", "##[error]", "javascript:alert(1)", "\u{e0041}",
    // Secrets, none of which is one.
    "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----", "password=", "Bearer ", "postgres://a:b@",
    // Policies and cookies.
    "script-src 'unsafe-inline'", "; Secure", "Domain=.", "Expires: ", "'nonce-",
    // Settings and rules of our own.
    "ignores:\n", "packs: [.]\n", "reason: x\n", "fails-when: { text: '(a|b)*' }\n", "all: []\n", "fact: x\n",
    "equerre:ignore",
    // Git directories.
    "ref: refs/heads/main\n", "gitdir: ..\n", "[core]\n\tworktree = /\n", "[include]\n\tpath = /etc/passwd\n",
    "DIRC", "PACK", "tree 0\0", "commit 18446744073709551615\0",
];

const MARKS: &[u8] = b"\"'{}[]:,\n#*&!|>-$()\\<%@`=;/\0\x1e";

/// What opens and closes a level.
#[rustfmt::skip]
const LEVELS: &[(&str, &str)] = &[
    ("[", "]"), ("{\"a\":", "}"), ("{a: ", "}"), ("- ", ""), ("(", ")"), ("<div>", "</div>"), ("<a>", ""),
    ("$(", ")"), ("a.", ""), ("{", "}"), ("if x; then ", "fi; "), ("? ", ""), ("!", ""), ("'\"'[", ""), ("\\", ""),
    ("\"", ""), ("bash -c '", ""), ("${{ ", "}}"), ("a/", ""), ("*a", ""), ("/*", ""), ("a:\n ", ""),
];

/// Names under which a tree is read otherwise.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "package.json", ".github/workflows/ci.yml", ".gitlab-ci.yml", "Dockerfile", "docker-compose.yml", "Makefile",
    "README.md", "LICENSE", ".env", ".gitattributes", "requirements.txt", "pyproject.toml", "Gemfile",
    "composer.json", "pom.xml", "mix.exs", "build.sbt", "Cargo.toml", "go.mod", "publiccode.yml", ".equerre.yml",
    "public/.well-known/security.txt", "nginx.conf", "src/settings.py", "app/views/layouts/application.html.erb",
    "tsconfig.json", "eslint.config.js", ".eslintrc.json", "renovate.json", ".github/dependabot.yml", "Rakefile",
    "nx.json", ".pre-commit-config.yaml", "scalingo.json", "vercel.json", "yarn.lock", "uv.lock", "rules/a.yml",
    "a\u{1b}[31m\u{202e}.js", "é/b c/%0A.env",
];

fn change_byte(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    let range = numbers.range(bytes.len(), 1);
    let changed = bytes.get(range.start).map(|byte| byte ^ (1 << numbers.below(8)));
    bytes.splice(range, changed);
}

fn change_mark(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    let range = numbers.range(bytes.len(), 1);
    bytes.splice(range, [MARKS[numbers.below(MARKS.len())]]);
}

fn insert_piece(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    // A tenth are tokens, written so that no scanner takes this file for one that holds some.
    let token = super::targets::token();
    let piece = if numbers.once_in(10) { token.as_str() } else { numbers.pick(PIECES) };
    let at = numbers.below(bytes.len() + 1);
    bytes.splice(at..at, piece.bytes());
}

fn drop_range(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    let range = numbers.range(bytes.len(), 40);
    bytes.drain(range);
}

fn repeat_range(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    let range = numbers.range(bytes.len(), 80);
    let times = if numbers.once_in(20) { numbers.below(3_000) } else { numbers.below(30) };
    let repeated = bytes[range].repeat(times);
    let at = numbers.below(bytes.len() + 1);
    bytes.splice(at..at, repeated.into_iter().take(200_000));
}

/// Changes a text as a list of lines.
fn by_lines(bytes: &mut Vec<u8>, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    change(&mut lines);
    *bytes = lines.join(&b'\n');
}

fn swap_lines(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    by_lines(bytes, |lines| {
        let (one, other) = (numbers.below(lines.len()), numbers.below(lines.len()));
        lines.swap(one, other);
    });
}

fn repeat_line(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    by_lines(bytes, |lines| {
        let line = lines[numbers.below(lines.len())].clone();
        lines.insert(numbers.below(lines.len() + 1), line);
    });
}

fn drop_line(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    by_lines(bytes, |lines| drop(lines.remove(numbers.below(lines.len()))));
}

fn take_lines(numbers: &mut Numbers, bytes: &mut Vec<u8>, other: &[u8]) {
    let others: Vec<&[u8]> = other.split(|byte| *byte == b'\n').collect();
    let range = numbers.range(others.len(), 6);
    by_lines(bytes, |lines| {
        let at = numbers.below(lines.len() + 1);
        lines.splice(at..at, others[range].iter().map(|line| line.to_vec()));
    });
}

fn take_words(numbers: &mut Numbers, bytes: &mut Vec<u8>, other: &[u8]) {
    let taken = numbers.range(other.len(), 60);
    let replaced = numbers.range(bytes.len(), 30);
    bytes.splice(replaced, other[taken].iter().copied());
}

fn change_number(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    const OTHERS: &[&str] = &[
        "0",
        "-1",
        "4294967296",
        "9223372036854775807",
        "18446744073709551615",
        "99999999999999999999999999",
        "1e400",
        "00000000001",
        "２",
    ];
    let from = numbers.below(bytes.len());
    if let Some(at) = bytes[from..].iter().position(u8::is_ascii_digit) {
        let start = from + at;
        let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        bytes.splice(start..start + length, numbers.pick(OTHERS).bytes());
    }
}

fn nest(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    let levels = [10, 60, 90, 101, 130, 260, 1_000, 8_000][numbers.below(8)];
    let (open, close) = LEVELS[numbers.below(LEVELS.len())];
    let nested = format!("{}x{}", open.repeat(levels), close.repeat(levels));
    let at = numbers.below(bytes.len() + 1);
    bytes.splice(at..at, nested.bytes());
}

fn cut(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    bytes.truncate(numbers.below(bytes.len() + 1));
}

/// Bytes that are no UTF-8: alone, too short, too long, half of a pair.
fn break_encoding(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    let broken: &[&[u8]] =
        &[&[0xff], &[0x80], &[0xc0, 0xaf], &[0xed, 0xa0, 0x80], &[0xf4, 0x90, 0x80, 0x80], &[0xe2, 0x80]];
    let at = numbers.below(bytes.len() + 1);
    bytes.splice(at..at, numbers.pick(broken).iter().copied());
    if numbers.once_in(20) {
        bytes.splice(0..0, numbers.pick(&[&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"]).iter().copied());
    }
}

/// One very long line, now and then.
fn lengthen(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    if numbers.once_in(20) {
        let byte = b"a \"\\{*/-.$|;'#:<=0("[numbers.below(19)];
        let length = 50_000 + numbers.below(300_000);
        let at = numbers.below(bytes.len() + 1);
        bytes.splice(at..at, std::iter::repeat_n(byte, length));
    }
}

fn indent(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    by_lines(bytes, |lines| {
        let at = numbers.below(lines.len());
        let spaces = lines[at].iter().take_while(|byte| **byte == b' ').count();
        let wanted = numbers.below(spaces + 5);
        lines[at].splice(..spaces, std::iter::repeat_n(b' ', wanted));
    });
}

/// Gives a file of a tree another name.
fn rename_file(numbers: &mut Numbers, bytes: &mut Vec<u8>, _: &[u8]) {
    let files: Vec<usize> = bytes.iter().enumerate().filter(|(_, byte)| **byte == 0x1e).map(|(at, _)| at).collect();
    if !files.is_empty() {
        let start = files[numbers.below(files.len())] + 1;
        let end = bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| start + length);
        bytes.splice(start..end, numbers.pick(NAMES).bytes());
    }
}
