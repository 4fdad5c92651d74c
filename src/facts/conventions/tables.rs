//! Linters and formatters, and what shows each of them. One more tool is one more row.

use crate::model::pipeline::Activity;

/// A tool, and what shows that a project has it configured.
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// Names of configuration files; `*` at the end matches the rest.
    pub(super) files: &'static [&'static str],
    /// Keys of `package.json`.
    pub(super) package_keys: &'static [&'static str],
    /// Tables of `pyproject.toml`, as dotted paths.
    pub(super) pyproject: &'static [&'static str],
    /// Sections of `setup.cfg` or `tox.ini`.
    pub(super) sections: &'static [&'static str],
    /// Ids of pre-commit hooks.
    pub(super) hooks: &'static [&'static str],
    /// Packages that bring it. When the tool has packages, its configuration counts only if one is installed or the
    /// tool runs somewhere: a configuration that nothing installs is a leftover.
    pub(super) packages: &'static [&'static str],
    /// Whether the package alone shows it: the tool needs no configuration and has no other use.
    pub(super) package_suffices: bool,
    /// Names under which [`crate::model::pipeline`] sees it run.
    pub(super) runs_as: &'static [&'static str],
}

const TOOL: Tool = Tool {
    name: "",
    files: &[],
    package_keys: &[],
    pyproject: &[],
    sections: &[],
    hooks: &[],
    packages: &[],
    package_suffices: false,
    runs_as: &[],
};

/// Every linter that is recognised. A new one is a row.
pub(super) const LINTERS: &[Tool] = &[
    Tool {
        name: "eslint",
        files: &["eslint.config.*", ".eslintrc*"],
        package_keys: &["eslintConfig"],
        hooks: &["eslint"],
        packages: &[
            "eslint",
            "eslint-config-*",
            "@eslint/*",
            "gts",
            "xo",
            "standard",
            "react-scripts",
            "@nuxt/eslint*",
            "@antfu/eslint-config",
            "@vue/eslint-config-*",
        ],
        runs_as: &["eslint", "next", "xo", "standard", "gts"],
        ..TOOL
    },
    Tool { name: "tslint", files: &["tslint.json"], packages: &["tslint"], runs_as: &["tslint"], ..TOOL },
    Tool {
        name: "biome",
        files: &["biome.json", "biome.jsonc"],
        packages: &["@biomejs/biome"],
        runs_as: &["biome", "ultracite"],
        ..TOOL
    },
    Tool {
        name: "oxlint",
        files: &[".oxlintrc.json", "oxlint.json", "oxlint.config.*"],
        packages: &["oxlint", "vite-plus"],
        runs_as: &["oxlint", "vp"],
        ..TOOL
    },
    Tool {
        name: "stylelint",
        files: &[".stylelintrc*", "stylelint.config.*"],
        package_keys: &["stylelint"],
        packages: &["stylelint"],
        runs_as: &["stylelint"],
        ..TOOL
    },
    Tool {
        name: "knip",
        files: &["knip.json", "knip.jsonc", "knip.ts", "knip.config.*"],
        package_keys: &["knip"],
        packages: &["knip"],
        runs_as: &["knip"],
        ..TOOL
    },
    Tool {
        name: "markdownlint",
        files: &[".markdownlint*"],
        hooks: &["markdownlint", "markdownlint-cli2"],
        runs_as: &["markdownlint", "markdownlint-cli2"],
        ..TOOL
    },
    Tool {
        name: "rubocop",
        files: &[".rubocop.yml", ".rubocop.yaml"],
        packages: &["rubocop", "rubocop-*", "standard", "gc_ruboconfig", "govuk-*"],
        package_suffices: true,
        runs_as: &["rubocop"],
        ..TOOL
    },
    Tool { name: "standardrb", files: &[".standard.yml"], packages: &["standard"], runs_as: &["standardrb"], ..TOOL },
    Tool { name: "reek", files: &[".reek.yml", ".reek"], packages: &["reek"], runs_as: &["reek"], ..TOOL },
    Tool {
        name: "brakeman",
        files: &["brakeman.ignore", "brakeman.yml"],
        packages: &["brakeman"],
        package_suffices: true,
        runs_as: &["brakeman"],
        ..TOOL
    },
    Tool {
        name: "haml-lint",
        files: &[".haml-lint.yml"],
        packages: &["haml_lint", "haml-lint"],
        runs_as: &["haml-lint"],
        ..TOOL
    },
    Tool {
        name: "erb-lint",
        files: &[".erb-lint.yml", ".erb_lint.yml"],
        packages: &["erb_lint"],
        runs_as: &["erb_lint", "erblint"],
        ..TOOL
    },
    Tool { name: "slim-lint", files: &[".slim-lint.yml"], packages: &["slim_lint"], runs_as: &["slim-lint"], ..TOOL },
    Tool {
        name: "ruff",
        files: &["ruff.toml", ".ruff.toml"],
        pyproject: &["tool.ruff"],
        hooks: &["ruff", "ruff-check"],
        runs_as: &["ruff"],
        ..TOOL
    },
    Tool {
        name: "flake8",
        files: &[".flake8"],
        pyproject: &["tool.flake8"],
        sections: &["flake8"],
        hooks: &["flake8"],
        runs_as: &["flake8"],
        ..TOOL
    },
    Tool {
        name: "pylint",
        files: &[".pylintrc", "pylintrc"],
        pyproject: &["tool.pylint"],
        hooks: &["pylint"],
        runs_as: &["pylint"],
        ..TOOL
    },
    Tool {
        name: "bandit",
        files: &[".bandit", "bandit.yaml"],
        pyproject: &["tool.bandit"],
        hooks: &["bandit"],
        runs_as: &["bandit"],
        ..TOOL
    },
    Tool {
        name: "mypy",
        files: &["mypy.ini", ".mypy.ini"],
        pyproject: &["tool.mypy"],
        sections: &["mypy"],
        hooks: &["mypy"],
        runs_as: &["mypy"],
        ..TOOL
    },
    Tool {
        name: "pyright",
        files: &["pyrightconfig.json"],
        pyproject: &["tool.pyright", "tool.basedpyright"],
        hooks: &["pyright"],
        runs_as: &["pyright", "basedpyright"],
        ..TOOL
    },
    Tool {
        name: "djlint",
        files: &[".djlintrc"],
        pyproject: &["tool.djlint"],
        hooks: &["djlint-django", "djlint", "djlint-reformat-django"],
        packages: &["djlint"],
        runs_as: &["djlint"],
        ..TOOL
    },
    Tool {
        name: "phpcs",
        files: &["phpcs.xml", "phpcs.xml.dist", ".phpcs.xml"],
        packages: &["squizlabs/php_codesniffer", "slevomat/coding-standard", "escapestudios/symfony2-coding-standard"],
        runs_as: &["phpcs"],
        ..TOOL
    },
    Tool {
        name: "phpstan",
        files: &["phpstan.neon", "phpstan.neon.dist", "phpstan.dist.neon"],
        packages: &["phpstan/phpstan", "phpstan/*"],
        runs_as: &["phpstan"],
        ..TOOL
    },
    Tool {
        name: "larastan",
        packages: &["nunomaduro/larastan", "larastan/larastan"],
        package_suffices: true,
        runs_as: &["larastan"],
        ..TOOL
    },
    Tool {
        name: "psalm",
        files: &["psalm.xml", "psalm.xml.dist"],
        packages: &["vimeo/psalm"],
        runs_as: &["psalm"],
        ..TOOL
    },
    Tool {
        name: "php-cs-fixer",
        files: &[".php-cs-fixer.php", ".php-cs-fixer.dist.php", ".php_cs", ".php_cs.dist"],
        packages: &["friendsofphp/php-cs-fixer", "php-cs-fixer/shim"],
        runs_as: &["php-cs-fixer"],
        ..TOOL
    },
    Tool { name: "pint", files: &["pint.json"], packages: &["laravel/pint"], runs_as: &["pint"], ..TOOL },
    Tool {
        name: "mago",
        files: &["mago.toml"],
        packages: &["carthage-software/mago"],
        package_suffices: true,
        runs_as: &["mago"],
        ..TOOL
    },
    Tool {
        name: "detekt",
        files: &["detekt.yml", "detekt-config.yml"],
        packages: &["io.gitlab.arturbosch.detekt"],
        package_suffices: true,
        runs_as: &["detekt"],
        ..TOOL
    },
    Tool {
        name: "ktlint",
        packages: &["org.jlleitschuh.gradle.ktlint", "com.pinterest.ktlint"],
        package_suffices: true,
        runs_as: &["ktlint"],
        ..TOOL
    },
    Tool {
        name: "checkstyle",
        files: &["checkstyle.xml"],
        packages: &["maven-checkstyle-plugin", "checkstyle"],
        package_suffices: true,
        runs_as: &["checkstyle"],
        ..TOOL
    },
    Tool {
        name: "spotbugs",
        packages: &["spotbugs-maven-plugin", "com.github.spotbugs"],
        package_suffices: true,
        ..TOOL
    },
    Tool { name: "scalafix", files: &[".scalafix.conf"], packages: &["sbt-scalafix"], ..TOOL },
    Tool { name: "scalastyle", files: &["scalastyle-config.xml"], packages: &["scalastyle-sbt-plugin"], ..TOOL },
    Tool { name: "wartremover", packages: &["sbt-wartremover"], package_suffices: true, ..TOOL },
    Tool { name: "credo", files: &[".credo.exs"], packages: &["credo"], package_suffices: true, ..TOOL },
    Tool { name: "sobelow", files: &[".sobelow-conf"], packages: &["sobelow"], package_suffices: true, ..TOOL },
    Tool { name: "clippy", files: &["clippy.toml", ".clippy.toml"], ..TOOL },
    Tool { name: "golangci-lint", files: &[".golangci.*"], runs_as: &["golangci-lint"], ..TOOL },
    Tool {
        name: "hadolint",
        files: &[".hadolint.yaml", ".hadolint.yml"],
        hooks: &["hadolint", "hadolint-docker"],
        runs_as: &["hadolint"],
        ..TOOL
    },
    Tool { name: "sonar", files: &["sonar-project.properties"], ..TOOL },
];

/// Every formatter that is recognised.
pub(super) const FORMATTERS: &[Tool] = &[
    Tool {
        name: "prettier",
        files: &[".prettierrc*", "prettier.config.*"],
        package_keys: &["prettier"],
        hooks: &["prettier"],
        packages: &["prettier", "gts", "@*/prettier-config*", "prettier-*", "eslint-plugin-prettier"],
        // It needs no settings.
        package_suffices: true,
        runs_as: &["prettier"],
        ..TOOL
    },
    Tool {
        name: "biome",
        files: &["biome.json", "biome.jsonc"],
        packages: &["@biomejs/biome"],
        runs_as: &["biome", "ultracite"],
        ..TOOL
    },
    Tool {
        name: "oxfmt",
        files: &[".oxfmtrc.json", ".oxfmtrc.jsonc"],
        packages: &["oxfmt", "vite-plus"],
        package_suffices: true,
        runs_as: &["oxfmt", "vp"],
        ..TOOL
    },
    Tool {
        name: "mago",
        files: &["mago.toml"],
        packages: &["carthage-software/mago"],
        package_suffices: true,
        runs_as: &["mago"],
        ..TOOL
    },
    Tool { name: "dprint", files: &["dprint.json", ".dprint.json"], runs_as: &["dprint"], ..TOOL },
    Tool { name: "black", pyproject: &["tool.black"], hooks: &["black"], runs_as: &["black"], ..TOOL },
    Tool { name: "ruff-format", pyproject: &["tool.ruff.format"], hooks: &["ruff-format"], ..TOOL },
    Tool {
        name: "isort",
        files: &[".isort.cfg"],
        pyproject: &["tool.isort"],
        sections: &["isort"],
        hooks: &["isort"],
        runs_as: &["isort"],
        ..TOOL
    },
    Tool { name: "rubocop", files: &[".rubocop.yml"], packages: &["rubocop", "rubocop-*"], ..TOOL },
    Tool { name: "standardrb", files: &[".standard.yml"], packages: &["standard"], ..TOOL },
    Tool { name: "pint", files: &["pint.json"], packages: &["laravel/pint"], ..TOOL },
    Tool {
        name: "php-cs-fixer",
        files: &[".php-cs-fixer.php", ".php-cs-fixer.dist.php", ".php_cs", ".php_cs.dist"],
        packages: &["friendsofphp/php-cs-fixer", "php-cs-fixer/shim"],
        ..TOOL
    },
    Tool {
        name: "scalafmt",
        files: &[".scalafmt.conf"],
        hooks: &["scalafmtOnCompile", "scalafmtAll", "scalafmtCheck", "scalafmtCheckAll"],
        ..TOOL
    },
    Tool { name: "ktlint", packages: &["org.jlleitschuh.gradle.ktlint"], package_suffices: true, ..TOOL },
    Tool {
        name: "spotless",
        packages: &["com.diffplug.spotless", "spotless-maven-plugin"],
        package_suffices: true,
        ..TOOL
    },
    Tool { name: "mix-format", files: &[".formatter.exs"], ..TOOL },
    Tool { name: "rustfmt", files: &["rustfmt.toml", ".rustfmt.toml"], ..TOOL },
];

/// Tools that a command runs with a sub-command of their language's own tool.
pub(super) const BY_COMMAND: &[(&str, Activity, &str)] = &[
    ("cargo", Activity::Lint, "clippy"),
    ("mix", Activity::Format, "mix-format"),
    ("cargo", Activity::Format, "rustfmt"),
    ("gofmt", Activity::Format, "gofmt"),
    ("ruff", Activity::Format, "ruff-format"),
    ("nx format", Activity::Format, "prettier"),
];

/// Packages that run a linter when the product is built.
pub(super) const BUILT_IN: &[(&str, &[&str])] = &[
    (
        "eslint",
        &[
            "vite-plugin-eslint",
            "@nabla/vite-plugin-eslint",
            "eslint-webpack-plugin",
            "eslint-loader",
            "vite-plugin-checker",
            "react-scripts",
            "@vue/cli-plugin-eslint",
            "gulp-eslint",
            "rollup-plugin-eslint",
            "@nuxtjs/eslint-module",
            "@angular-eslint/*",
            "angular-eslint",
        ],
    ),
    ("stylelint", &["stylelint-webpack-plugin", "vite-plugin-stylelint", "@nuxtjs/stylelint-module"]),
    ("prettier", &["eslint-plugin-prettier", "eslint-plugin-format", "pretty-quick"]),
];
