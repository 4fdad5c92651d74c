//! Programming languages by file name, and how each writes its comments.

/// How comments are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// `//` and `/* */`.
    Slash,
    /// `#` to the end of the line.
    Hash,
    /// `--` to the end of the line.
    Dash,
    /// `<!-- -->`.
    Markup,
    /// `<!-- -->` around a part written with `//` and `/* */`: Vue and Svelte components.
    Component,
    /// `//` and `/* */` as well as `#`: PHP, HCL.
    SlashAndHash,
    /// `;` to the end of the line.
    Semicolon,
    /// `%` to the end of the line.
    Percent,
    /// Plain text: no comment.
    None,
}

/// A language of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// Its name as facts print it.
    pub name: &'static str,
    /// Whether people program in it: markup, styles, configuration and data do not count as languages of a product.
    pub programming: bool,
    /// How it writes comments.
    pub comments: Comments,
    extensions: &'static [&'static str],
}

const fn code(name: &'static str, comments: Comments, extensions: &'static [&'static str]) -> Language {
    Language { name, programming: true, comments, extensions }
}

const fn other(name: &'static str, comments: Comments, extensions: &'static [&'static str]) -> Language {
    Language { name, programming: false, comments, extensions }
}

/// Every language that is recognised. A new one is a row.
pub const LANGUAGES: &[Language] = &[
    code("typescript", Comments::Slash, &["ts", "tsx", "mts", "cts"]),
    code("javascript", Comments::Slash, &["js", "jsx", "mjs", "cjs"]),
    code("python", Comments::Hash, &["py", "pyi"]),
    code("ruby", Comments::Hash, &["rb", "rake", "gemspec", "ru"]),
    code("php", Comments::SlashAndHash, &["php"]),
    code("java", Comments::Slash, &["java"]),
    code("kotlin", Comments::Slash, &["kt", "kts"]),
    code("scala", Comments::Slash, &["scala", "sbt"]),
    code("groovy", Comments::Slash, &["groovy", "gradle"]),
    code("elixir", Comments::Hash, &["ex", "exs"]),
    code("erlang", Comments::Percent, &["erl", "hrl"]),
    code("go", Comments::Slash, &["go"]),
    code("rust", Comments::Slash, &["rs"]),
    code("c", Comments::Slash, &["c", "h"]),
    code("cpp", Comments::Slash, &["cc", "cpp", "cxx", "hpp"]),
    code("csharp", Comments::Slash, &["cs"]),
    code("swift", Comments::Slash, &["swift"]),
    code("dart", Comments::Slash, &["dart"]),
    code("clojure", Comments::Semicolon, &["clj", "cljs", "cljc"]),
    code("r", Comments::Hash, &["r"]),
    code("julia", Comments::Hash, &["jl"]),
    code("lua", Comments::Dash, &["lua"]),
    code("perl", Comments::Hash, &["pl", "pm"]),
    code("shell", Comments::Hash, &["sh", "bash", "zsh"]),
    code("sql", Comments::Dash, &["sql"]),
    code("vue", Comments::Component, &["vue"]),
    code("svelte", Comments::Component, &["svelte"]),
    other(
        "html",
        Comments::Markup,
        &["html", "htm", "xhtml", "erb", "ejs", "hbs", "njk", "twig", "heex", "eex", "jinja", "j2"],
    ),
    other("haml", Comments::None, &["haml", "slim"]),
    other("pug", Comments::Slash, &["pug", "jade"]),
    other("xml", Comments::Markup, &["xml", "svg", "xsd"]),
    other("css", Comments::Slash, &["css", "scss", "less", "sass"]),
    other("markdown", Comments::Markup, &["md", "mdx", "markdown"]),
    other("gherkin", Comments::Hash, &["feature"]),
    other("yaml", Comments::Hash, &["yml", "yaml"]),
    other("toml", Comments::Hash, &["toml"]),
    other("json", Comments::Slash, &["json", "jsonc", "json5"]),
    other("ini", Comments::Hash, &["ini", "cfg", "properties", "conf", "env", "template"]),
    other("hcl", Comments::SlashAndHash, &["tf", "hcl"]),
    other("text", Comments::None, &["txt", "rst", "adoc", "po"]),
];

/// Files known by their whole name.
const NAMES: &[(&str, &str)] = &[
    ("Dockerfile", "toml"),
    ("Makefile", "toml"),
    ("Rakefile", "ruby"),
    ("Gemfile", "ruby"),
    ("Procfile", "toml"),
    ("Justfile", "toml"),
    ("justfile", "toml"),
    ("Jenkinsfile", "groovy"),
    ("Caddyfile", "toml"),
];

/// The language that a path announces.
pub(crate) fn language_of(path: &str) -> Option<&'static Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let by_name = |wanted: &str| LANGUAGES.iter().find(|language| language.name == wanted);
    if let Some((_, language)) = NAMES.iter().find(|(known, _)| *known == name) {
        return by_name(language);
    }
    if name.starts_with("Dockerfile") || name.starts_with(".env") || name.ends_with("ockerfile") {
        return by_name("toml");
    }
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    LANGUAGES.iter().find(|language| language.extensions.contains(&extension.as_str()))
}

/// The language that the script of a Vue or Svelte component is written in.
pub(crate) fn component_script(text: &str) -> &'static str {
    let typed = text
        .match_indices("<script")
        .filter_map(|(at, _)| text[at..].split_once('>'))
        .any(|(tag, _)| tag.contains("lang=\"ts\"") || tag.contains("lang='ts'"));
    if typed { "typescript" } else { "javascript" }
}
