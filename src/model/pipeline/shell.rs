//! Shell text into the commands that it runs, by the syntax of Bash: in their order, without those that never run, and with
//! whether their failures are felt.

mod broken;
mod command;
mod outcome;
mod run;
mod simple;
mod state;
mod text;

pub(crate) use command::{Command, Shell};

/// The commands of a script whose shell runs with `-e`, as the steps of most systems do.
pub fn commands(script: &str) -> Vec<Command> {
    run::commands(script, Shell::STEPS)
}

/// The commands of a script, in a shell started with some options.
pub(crate) fn commands_in(script: &str, shell: Shell) -> Vec<Command> {
    run::commands(script, shell)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands of a script, one after the other, without those that only steer it; `~` stands before one whose
    /// failure is not felt.
    fn runs(script: &str, shell: Shell) -> String {
        const SILENT: &[&str] =
            &["true", "false", ":", "set", "exit", "return", "break", "shift", "echo", "trap", "wait"];
        let show =
            |command: &Command| format!("{}{}", if command.tolerated { "~" } else { "" }, command.words.join(" "));
        let telling = |command: &&Command| !SILENT.contains(&command.words[0].as_str());
        commands_in(script, shell).iter().filter(telling).map(show).collect::<Vec<_>>().join("; ")
    }

    /// Scripts, and what they run in a shell.
    fn all(shell: Shell, cases: &[(&str, &str)]) {
        for (script, expected) in cases {
            assert_eq!(runs(script, shell), *expected, "{script}");
        }
    }

    /// Scripts, and what they run where nothing is asked of how they end.
    fn words(cases: &[(&str, &str)]) {
        for (script, expected) in cases {
            assert_eq!(runs(script, Shell::STRICT).replace('~', ""), *expected, "{script}");
        }
    }

    #[test]
    fn lists_and_lines_become_commands() {
        words(&[
            ("npm ci && CI=1 npm test; echo ok | cat", "npm ci; npm test; cat"),
            ("docker run --rm \\\n  image rspec\n# note\nyarn lint", "docker run --rm image rspec; yarn lint"),
            ("bash -c \"a && b\"", "bash -c a && b"),
            ("a 2>&1\nif ! b; then c; fi", "a; b; c"),
            ("a >log 2>&1 --flag", "a --flag"),
            (">log npm test -- -x", "npm test -- -x"),
            ("A=1 B='x y'\nnpm test", "npm test"),
            ("a\r\nb c\r\n", "a; b c"),
            ("echo a#b # c", ""),
            ("", ""),
            ("# only\n\n", ""),
            ("@ npm test\n- npm run lint", "npm test; npm run lint"),
        ]);
    }

    #[test]
    fn words_are_unquoted_and_expansions_kept() {
        words(&[
            (r#"a "b c" 'd e' f\ g --h="i j" "k\"l" $'m\tn'"#, "a b c d e f g --h=i j k\"l m\tn"),
            (r#"a "$x" "${y}/z" $w"#, "a $x ${y}/z $w"),
            ("docker run -v $PWD:/app image pytest", "docker run -v $PWD:/app image pytest"),
            ("a \"  b\n c\"", "a   b\n c"),
        ]);
    }

    #[test]
    fn lines_are_those_of_the_script() {
        let found = commands(
            "a\n\nif b; then\n  c \\\n    d\nfi\nf() {\n  g\n}\nf | x <<EOF\ny\nEOF\nz \"$(\nw)\"\nX=1\nlast\n",
        );
        let lines: Vec<(&str, u32)> = found.iter().map(|command| (command.words[0].as_str(), command.line)).collect();
        assert_eq!(lines, [("a", 0), ("b", 2), ("c", 3), ("g", 7), ("x", 9), ("w", 13), ("z", 12), ("last", 15)]);
    }

    #[test]
    fn tolerated_failures_are_marked() {
        all(
            Shell::STEPS,
            &[
                ("eslint . || true\nruff check", "~eslint .; ruff check"),
                ("eslint . || :", "~eslint ."),
                ("eslint . || echo failed", "~eslint ."),
                ("eslint . || exit 0", "~eslint ."),
                ("eslint . || exit 1\na", "eslint .; a"),
                ("eslint . || exit\na", "eslint .; a"),
                ("eslint . || false\na", "eslint .; a"),
                ("eslint . || eslint --again .\na", "eslint .; eslint --again .; a"),
                ("npm ci && eslint . || true", "~npm ci; ~eslint ."),
                ("eslint . || npm i && true || exit 1", "eslint .; npm i"),
                ("! eslint .\na", "~eslint .; a"),
                ("! npm test && exit 1\na", "npm test; a"),
                ("eslint .; true", "eslint ."),
                // A list is left before its last command without a failure of the shell.
                ("npm run lint && npm test\necho ok", "~npm run lint; npm test"),
                ("npm run lint && npm test", "npm run lint; npm test"),
            ],
        );
    }

    #[test]
    fn a_block_that_only_tells_of_a_failure_swallows_it() {
        all(
            Shell::LINE,
            &[
                ("./deploy.sh || { echo failed; notify; }\n", "~./deploy.sh; notify"),
                ("./deploy.sh || {\n  echo failed\n}\n", "~./deploy.sh"),
                ("./deploy.sh || { echo failed; exit 1; }\n", "./deploy.sh"),
                ("./deploy.sh || { echo failed && exit 1; }\n", "./deploy.sh"),
                ("./deploy.sh || (echo failed && exit 1)\n", "./deploy.sh"),
                ("./deploy.sh || { code=$?; echo failed; exit $code; }\n", "./deploy.sh"),
                // `$?` is the status of `echo` by then.
                ("./deploy.sh || {\n  echo failed\n  exit $?\n}\n", "~./deploy.sh"),
                ("./deploy.sh || exit $?\n", "./deploy.sh"),
                ("die() { echo \"$1\"; exit 1; }\njest || die no\na", "jest; a"),
                ("warn() { echo \"$1\"; }\njest || warn no", "~jest"),
            ],
        );
    }

    #[test]
    fn a_pipeline_feels_its_last_command_alone_unless_told() {
        let cases = ["pytest | tee log\n", "pytest 2>&1 | tee log\n", "pytest |& tee log\n"];
        for script in cases {
            assert_eq!(runs(script, Shell::STEPS), "~pytest; tee log", "{script}");
            assert_eq!(runs(script, Shell::STRICT), "pytest; tee log", "{script}");
            for set in ["set -o pipefail", "set -euo pipefail", "set -eo pipefail", "set -e -o pipefail"] {
                assert_eq!(runs(&format!("{set}\n{script}"), Shell::LINE), "pytest; tee log", "{set}: {script}");
            }
        }
        all(
            Shell::STEPS,
            &[
                ("cat x | xargs eslint", "~cat x; xargs eslint"),
                ("set -o pipefail\nset +o pipefail\njest | cat", "~jest; cat"),
                ("{ jest; eslint .; } | cat", "~jest; ~eslint .; cat"),
                ("! jest | cat", "~jest; ~cat"),
                ("! eslint . | grep error", "eslint .; ~grep error"),
                ("if eslint . | grep error; then exit 1; fi\na", "eslint .; ~grep error; a"),
                ("eslint . | grep error", "~eslint .; grep error"),
                ("jest | tee log\nexit ${PIPESTATUS[0]}", "~jest; tee log"),
            ],
        );
    }

    #[test]
    fn a_shell_without_e_feels_its_last_command_alone() {
        all(
            Shell::LINE,
            &[
                ("jest; eslint .", "~jest; eslint ."),
                ("jest && eslint .", "jest; eslint ."),
                ("set -e\njest\neslint .", "jest; eslint ."),
                ("set -e\nset +e\njest\nset -e\neslint .", "~jest; eslint ."),
                ("set -o errexit; jest; a", "jest; a"),
                ("jest\nexit 0", "~jest"),
                ("jest\nexit $?", "jest"),
                ("jest\nexit", "jest"),
                ("jest\ncode=$?\nrm x\nexit $code", "jest; ~rm x"),
                ("jest\ncode=$?\nrm x\nexit 0", "~jest; ~rm x"),
                ("jest\nif [ $? -ne 0 ]; then exit 1; fi\na", "jest; a"),
                ("jest\nif [ $? -ne 0 ]; then echo no; fi\na", "~jest; a"),
                ("jest\necho \"ended with $?\"\na", "~jest; a"),
                ("jest || failed=1\neslint . || failed=1\nexit $failed", "jest; eslint ."),
                ("jest || failed=1\nexit 0", "~jest"),
                ("jest\nf() { a; }", "jest"),
                ("(set -e; jest; a)\nb", "~jest; ~a; b"),
                ("(jest; a) || exit 1\nb", "~jest; a; b"),
            ],
        );
    }

    #[test]
    fn conditions_are_felt_where_a_branch_fails() {
        all(
            Shell::STEPS,
            &[
                ("if ! jest; then echo no; exit 1; fi\na", "jest; a"),
                ("if ! jest; then echo no; fi\na", "~jest; a"),
                ("if jest; then echo yes; else exit 1; fi\na", "jest; a"),
                ("if jest; then echo yes; fi\na", "~jest; a"),
                ("if jest; then :; elif b; then :; else exit 1; fi", "jest; b"),
                ("if jest && eslint .; then :; else exit 1; fi", "jest; eslint ."),
                ("if [ -n \"$(prettier -l .)\" ]; then exit 1; fi", "prettier -l ."),
                ("test -z \"$(gofmt -l .)\"", "~gofmt -l .; test -z $(gofmt -l .)"),
                ("[ -z \"$(gofmt -l .)\" ]", "gofmt -l ."),
                ("if [ -f x ]; then jest; else eslint .; fi", "jest; eslint ."),
            ],
        );
    }

    #[test]
    fn what_never_runs_is_left_out() {
        words(&[
            ("if false; then jest; fi", ""),
            ("if false; then jest; else a; fi", "a"),
            ("if true; then a; else jest; fi", "a"),
            ("if :; then a; else jest; fi", "a"),
            ("if ! true; then jest; fi\nb", "b"),
            ("if false && [ -f x ]; then jest; fi", ""),
            ("if [ -f x ]; then a; elif false; then jest; else b; fi", "a; b"),
            ("while false; do jest; done\na", "a"),
            ("until true; do jest; done\na", "a"),
            ("false && jest\na", "a"),
            ("true || jest\na", "a"),
            ("true && a", "a"),
            ("exit 0\njest", ""),
            ("a && exit 0\njest", "a; jest"),
            ("if [ -z \"$X\" ]; then exit 0; fi\njest", "jest"),
            ("if true; then exit 0; fi\njest", ""),
            ("if a; then exit 0; else exit 1; fi\njest", "a"),
            ("(exit 0)\njest", "jest"),
            ("exec a\njest", "exec a"),
            ("exec 2>&1\njest", "exec; jest"),
            ("exec > >(tee log)\njest", "tee log; exec; jest"),
            ("for x in a; do break; jest; done\nb", "b"),
            // Near misses.
            ("if false-positive; then jest; fi", "false-positive; jest"),
            ("if [ false ]; then jest; fi", "jest"),
            ("if $CI; then jest; fi", "$CI; jest"),
            ("while true; do jest; done", "jest"),
        ]);
    }

    #[test]
    fn a_function_runs_where_it_is_called() {
        words(&[
            ("f() { jest; }\na\nf\nb", "a; jest; b"),
            ("f() { jest; }\na", "a"),
            ("function f { jest; }\nf", "jest"),
            ("function f() { jest; }\nf", "jest"),
            ("f() (cd web && jest)\nf", "cd web; jest"),
            ("f() { g; }\ng() { jest; }\nf", "jest"),
            ("f() { f; }\nf", "f"),
            ("run() { echo \"$@\"; \"$@\"; }\nrun npm test", "npm test"),
            ("run() { local name=$1; shift; $@; }\nrun x npm test", "npm test"),
            ("on() { docker exec \"$1\" npm run \"${2}\"; }\non web lint", "docker exec web npm run lint"),
            ("f() { return 0; jest; }\nf\na", "a"),
            ("die() { exit 1; }\ndie\njest", ""),
            ("npm() { command npm \"$@\"; }\nnpm test", "command npm test"),
            ("f() { jest; }\nif a; then f; fi", "a; jest"),
            ("f() { jest; }\ntime f", "jest"),
            ("f() { jest; }\neval f", "jest"),
            // What is only known when it runs may be any of them.
            ("test() { jest; }\nlint() { eslint .; }\n\"$@\"", "$@; jest; eslint ."),
            ("cmd_test() { jest; }\nother() { a; }\ncmd_test\n\"cmd_$1\"", "jest; cmd_$1; a"),
            ("f() { jest; }\ntask=$1\n$task", "$task; jest"),
            ("f() { jest; }\n$PYTHON x", "$PYTHON x"),
            ("f() { jest; }\nmain() { \"$@\"; }\nmain \"$@\"", "$@; jest"),
        ]);
        all(
            Shell::STEPS,
            &[
                ("f() { jest; a; }\nf || true", "~jest; ~a"),
                ("f() { jest; a; }\nf", "jest; a"),
                ("f() { jest || return 1; a; }\nf", "jest; a"),
                ("f() { jest || return 0; a; }\nf", "~jest; a"),
            ],
        );
    }

    #[test]
    fn substitutions_run() {
        words(&[
            ("\"$(pytest)\"", "pytest; $(pytest)"),
            ("x=$(pytest)", "pytest"),
            ("x=`pytest`", "pytest"),
            ("echo `pytest`", "pytest"),
            ("echo \"a $(b \"$(c)\")\"", "c; b $(c)"),
            ("diff <(jest) >(tee x)", "jest; tee x; diff <(jest) >(tee x)"),
            ("export X=$(pytest)", "pytest"),
            ("cat <<EOF\n$(pytest)\nEOF", "pytest; cat"),
            ("cat <<'EOF'\n$(pytest)\nEOF", "cat"),
            ("echo '$(pytest)'", ""),
            ("echo \\$(pytest\\)", ""),
            ("while read x; do a; done < <(jest)", "jest; read x; a"),
            ("a ${x:-$(jest)}", "jest; a ${x:-$(jest)}"),
            ("for x in $(jest); do a; done", "jest; a"),
            ("docker run -v $(pwd):/app image pytest", "pwd; docker run -v $(pwd):/app image pytest"),
            ("$(npm bin)/eslint .", "npm bin; $(npm bin)/eslint ."),
        ]);
        all(
            Shell::STEPS,
            &[
                ("x=$(pytest)\na", "pytest; a"),
                ("local x=$(pytest)\na", "~pytest; a"),
                ("echo $(pytest)\na", "~pytest; a"),
                ("x=$(pytest; b)\na", "~pytest; b; a"),
                ("x=$(pytest || true)\na", "~pytest; a"),
            ],
        );
    }

    #[test]
    fn loops_and_cases_run_their_bodies() {
        words(&[
            ("for d in a b; do cd $d; jest; done", "cd $d; jest"),
            ("for ((i=0;i<3;i++)); do jest; done", "jest"),
            ("while read -r x; do jest $x; done", "read -r x; jest $x"),
            ("case $1 in\n  a|b) jest ;;\n  *) echo no; exit 1 ;;\nesac\nc", "jest; c"),
            ("case $1 in a) jest;; esac", "jest"),
        ]);
        all(
            Shell::LINE,
            &[
                ("for d in a b; do jest $d; done", "~jest $d"),
                ("for d in a b; do jest $d || exit 1; done", "jest $d"),
                ("for d in a b; do (cd $d && jest) || exit 1; done", "cd $d; jest"),
                ("set -e; for d in a b; do jest $d; done", "jest $d"),
                ("until curl x; do sleep 1; done\na", "~curl x; ~sleep 1; a"),
            ],
        );
    }

    #[test]
    fn a_failure_in_the_background_is_felt_by_those_who_wait_for_it() {
        all(
            Shell::STEPS,
            &[
                ("jest & eslint . &\nwait\n", "~jest; ~eslint ."),
                ("jest &\nwait $!\n", "jest"),
                ("jest &\npid=$!\nwait \"$pid\"\n", "jest"),
                ("(jest; a) &\nwait", "~jest; ~a"),
                ("jest &> log && eslint . 2>&1\n", "jest; eslint ."),
                ("npm start & npx wait-on x && cypress run", "~npm start; npx wait-on x; cypress run"),
            ],
        );
    }

    #[test]
    fn traps_run_and_may_swallow() {
        all(
            Shell::STEPS,
            &[
                ("trap 'rm x; y' EXIT\njest", "~rm x; ~y; jest"),
                ("f() { rm x; }\ntrap f EXIT\njest", "~rm x; jest"),
                ("trap 'exit 0' EXIT\njest", "~jest"),
                ("trap 'echo at $LINENO; exit 1' ERR\njest", "jest"),
                ("trap - EXIT\njest", "jest"),
                ("trap '' INT\njest", "jest"),
            ],
        );
    }

    #[test]
    fn eval_runs_its_words() {
        words(&[
            ("eval \"jest && eslint .\"", "jest; eslint ."),
            ("eval jest --ci", "jest --ci"),
            ("eval \"$(ssh-agent -s)\"\na", "ssh-agent -s; eval $(ssh-agent -s); a"),
        ]);
        all(Shell::STEPS, &[("eval 'jest; a' || true", "~jest; ~a"), ("eval 'jest; a'", "jest; a")]);
    }

    #[test]
    fn texts_are_given_to_those_who_read_them() {
        let given = |script: &str| -> Vec<(String, String)> {
            let found = commands(script).into_iter();
            found.filter_map(|command| Some((command.words.join(" "), command.input?))).collect()
        };
        for (script, program, input) in [
            ("bash <<EOF\njest\nEOF\na", "bash", "jest\n"),
            ("bash -s <<'EOF'\njest\nEOF", "bash -s", "jest\n"),
            ("bash <<-EOF\n\tjest\n\tEOF\na", "bash", "jest\n\t"),
            ("cat <<EOF | bash\njest\nEOF", "bash", "jest\n"),
            ("echo 'jest && a' | bash", "bash", "jest && a"),
            ("bash <<< \"jest\"", "bash", "jest"),
            ("cd x && bash <<EOF\njest\nEOF", "bash", "jest\n"),
            ("bash <<EOF && b\njest\nEOF", "bash", "jest\n"),
            ("bash <<EOF > log\njest\nEOF", "bash", "jest\n"),
        ] {
            let found = given(script);
            assert!(found.contains(&(program.to_owned(), input.to_owned())), "{script}: {found:?}");
        }
        words(&[
            ("bash <<EOF && b\njest\nEOF\nc", "bash; b; c"),
            ("cat <<EOF | bash || true\njest\nEOF\nc", "cat; bash; c"),
            ("cat > x <<EOF\njest\nEOF\nc", "cat; c"),
        ]);
    }

    #[test]
    fn subshells_are_told_apart() {
        let found = commands("a; (b; (c)); d | e; f $(g)");
        let of: Vec<(&str, usize)> =
            found.iter().map(|command| (command.words[0].as_str(), command.subshells.len())).collect();
        assert_eq!(of, [("a", 0), ("b", 1), ("c", 2), ("d", 1), ("e", 1), ("g", 1), ("f", 0)]);
        assert_ne!(found[3].subshells, found[4].subshells);
    }

    #[test]
    fn what_does_not_parse_takes_nothing_else_away() {
        for script in [
            "{% if x %}\njest\n{% endif %}\neslint .",
            "jest\n{{#each x}}\neslint .\n{{/each}}",
            "jest\nif [ a ]; then\n  eslint .",
            "jest\n}\neslint .",
            "jest\nfi\neslint .",
            "jest\necho \"a\neslint .",
            "echo ${x@weird} && jest\neslint .",
            "f() {\n  echo {{ bad ( }}\n  jest\n}\nf\neslint .",
            "jest )\neslint .",
            "jest\n<%= x %> ( \neslint .",
            "if (Test-Path x) {\n  jest\n}\neslint .",
            "case x in\n a) jest\neslint .",
        ] {
            let found = runs(script, Shell::STEPS);
            assert!(found.contains("jest") && found.contains("eslint ."), "{script}: {found}");
        }
    }

    #[test]
    fn hostile_scripts_end_soon() {
        let started = std::time::Instant::now();
        for script in [
            "a ".repeat(5_000_000),
            "(".repeat(100_000),
            "$(".repeat(100_000),
            "{ ".repeat(100_000),
            "if a; then ".repeat(20_000),
            "a && ".repeat(100_000),
            "a | ".repeat(50_000),
            "\"'`".repeat(50_000),
            "a <<X\n".repeat(20_000),
            "eval \"eval \\\"eval eval eval a\\\"\"".to_owned(),
            (0..200).map(|n| format!("f{n}() {{ f{}; f{}; }}\n", n + 1, n + 1)).collect::<String>() + "f0",
            (0..200)
                .map(|n| format!("f{n}() {{ {} }}\n", "f1; f2; f3; f4; f5; f6; f7; f8; f9; ".repeat(10)))
                .collect::<String>()
                + "f0",
            "\0\u{1}\u{fffd}".repeat(1_000),
        ] {
            let _ = commands(&script);
        }
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
        let long = "a && ".repeat(300) + "jest";
        assert_eq!(commands(&long).len(), 301);
    }
}
