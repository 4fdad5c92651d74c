//! Which file of the product an import names: relative ones, `@/…` and `~/…` below a folder of sources, and modules of Python.

use crate::base::path::{ascending, folder_of, join};

/// What may follow a name of JavaScript or TypeScript.
const ENDINGS: &[&str] = &[
    "",
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".vue",
    ".svelte",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/index.jsx",
    "/index.vue",
];

/// The file that a module names, seen from the file that imports it; none for a package.
pub(crate) fn imported_file(module: &str, from: &str, exists: impl Fn(&str) -> bool) -> Option<String> {
    if from.ends_with(".py") {
        return of_python(module, from, exists);
    }
    let ended = |path: String| {
        // TypeScript names the file that it will become: `./a.js` is `a.ts`.
        let plain = path.strip_suffix(".js").or_else(|| path.strip_suffix(".mjs")).unwrap_or(&path);
        let of = |path: &str| ENDINGS.iter().map(|ending| format!("{path}{ending}")).find(|path| exists(path));
        of(&path).or_else(|| of(plain))
    };
    if module.starts_with('.') {
        return join(folder_of(from), module).and_then(ended);
    }
    let below = module.strip_prefix("@/").or_else(|| module.strip_prefix("~/"))?;
    ascending(folder_of(from))
        .flat_map(|folder| [join(folder, &format!("src/{below}")), join(folder, below)])
        .flatten()
        .find_map(ended)
}

fn of_python(module: &str, from: &str, exists: impl Fn(&str) -> bool) -> Option<String> {
    let dots = module.len() - module.trim_start_matches('.').len();
    let path = module[dots..].replace('.', "/");
    let file = |folder: &str| {
        let base = join(folder, &path)?;
        [format!("{base}.py"), format!("{base}/__init__.py")].into_iter().find(|path| exists(path))
    };
    match dots {
        0 => ascending(folder_of(from)).find_map(file),
        dots => ascending(folder_of(from)).nth(dots - 1).and_then(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_name_files_of_the_product_and_packages_none() {
        let files =
            ["src/config.ts", "src/lib/index.js", "api/app/settings.py", "api/app/core/__init__.py", "web/src/a/b.ts"];
        let found = |module: &str, from: &str| imported_file(module, from, |path| files.contains(&path));
        for (module, from, wanted) in [
            ("./config", "src/main.ts", Some("src/config.ts")),
            ("../config.js", "src/lib/a.ts", Some("src/config.ts")),
            ("./lib", "src/main.ts", Some("src/lib/index.js")),
            ("@/a/b", "web/src/c/d.ts", Some("web/src/a/b.ts")),
            ("express", "src/main.ts", None),
            ("../../../../x", "src/main.ts", None),
            (".settings", "api/app/main.py", Some("api/app/settings.py")),
            ("..settings", "api/app/core/x.py", Some("api/app/settings.py")),
            ("app.settings", "api/app/core/x.py", Some("api/app/settings.py")),
            ("app.core", "api/main.py", Some("api/app/core/__init__.py")),
            ("django.conf", "api/main.py", None),
        ] {
            assert_eq!(found(module, from).as_deref(), wanted, "{module} from {from}");
        }
    }
}
