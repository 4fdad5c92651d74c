//! Which programs and actions do what. One more tool is one more row.

use super::Activity::{self, Build, Deploy, EndToEndTest, Format, Lint, Publish, Release, SecurityScan, Test, TypeCheck};

/// A program, the words that must follow it in any order (`a|b` accepts either), what it then does.
pub(super) type Tool = (&'static str, &'static [&'static str], Activity);

/// The first row that matches decides; several activities of one program are several rows with different words.
pub(super) const TOOLS: &[Tool] = &[
    // Tests.
    ("jest", &[], Test), ("vitest", &[], Test), ("mocha", &[], Test), ("ts-mocha", &[], Test), ("ava", &[], Test),
    ("jasmine", &[], Test), ("karma", &[], Test), ("tape", &[], Test), ("ng", &["test"], Test), ("ng", &["e2e"], EndToEndTest),
    ("node", &["--test"], Test), ("tsx", &["--test"], Test), ("deno", &["test"], Test), ("bun", &["test"], Test),
    ("ace", &["test"], Test), ("react-scripts", &["test"], Test), ("craco", &["test"], Test), ("vue-cli-service", &["test:unit"], Test),
    ("vue-cli-service", &["test:e2e"], EndToEndTest), ("c8", &[], Test), ("nyc", &[], Test), ("jest-it-up", &[], Test),
    ("rspec", &[], Test), ("parallel_rspec", &[], Test), ("cucumber", &[], EndToEndTest), ("parallel_cucumber", &[], EndToEndTest),
    ("rails", &["test:system"], EndToEndTest), ("rails", &["test|spec|test:all"], Test), ("rake", &["test|spec|parallel:spec"], Test),
    ("rake", &["cucumber"], EndToEndTest), ("rake", &["rubocop|lint|standard|haml_lint"], Lint), ("rails", &["rubocop|lint"], Lint),
    ("turbo_tests", &[], Test), ("knapsack_pro", &[], Test),
    ("pytest", &[], Test), ("py.test", &[], Test), ("unittest", &[], Test), ("manage.py", &["test"], Test), ("django-admin", &["test"], Test),
    ("tox", &[], Test), ("nox", &[], Test), ("behave", &[], Test), ("coverage", &["run"], Test),
    ("phpunit", &[], Test), ("simple-phpunit", &[], Test), ("pest", &[], Test), ("artisan", &["test"], Test), ("artisan", &["dusk"], EndToEndTest),
    ("paratest", &[], Test), ("behat", &[], EndToEndTest), ("codecept", &["run"], Test),
    ("mvn", &["test|verify|package|install|deploy"], Test), ("mvnw", &["test|verify|package|install|deploy"], Test),
    ("gradle", &["test|check|build"], Test), ("gradlew", &["test|check|build"], Test),
    ("sbt", &["scalafmtCheckAll|scalafmtCheck|scalafmtSbtCheck"], Format), ("sbt", &["scalafixAll|scalafix"], Lint),
    ("mix", &["test|coveralls|coveralls.github|coveralls.json"], Test), ("go", &["test"], Test), ("gotestsum", &[], Test), ("cargo", &["test|nextest|tarpaulin|llvm-cov"], Test),
    ("flutter", &["test"], Test), ("dart", &["test"], Test),
    // End-to-end tests.
    ("cypress", &["run|run-ct"], EndToEndTest), ("playwright", &["test"], EndToEndTest), ("wdio", &[], EndToEndTest),
    ("codeceptjs", &["run"], EndToEndTest), ("testcafe", &[], EndToEndTest), ("nightwatch", &[], EndToEndTest), ("cucumber-js", &[], EndToEndTest),
    ("start-server-and-test", &["test|e2e|cypress|cy:run"], EndToEndTest),
    // Linters.
    ("eslint", &[], Lint), ("eslint_d", &[], Lint), ("oxlint", &[], Lint), ("stylelint", &[], Lint), ("tslint", &[], Lint), ("xo", &[], Lint),
    ("standard", &[], Lint), ("gts", &["lint|check"], Lint), ("next", &["lint"], Lint), ("ng", &["lint"], Lint), ("biome", &["check|lint|ci"], Lint),
    ("biome", &["format"], Format), ("knip", &[], Lint), ("markdownlint", &[], Lint), ("markdownlint-cli2", &[], Lint), ("deno", &["lint"], Lint),
    ("vue-cli-service", &["lint"], Lint), ("react-scripts", &["lint"], Lint), ("dependency-cruiser", &[], Lint), ("depcruise", &[], Lint),
    ("rubocop", &[], Lint), ("standardrb", &[], Lint), ("reek", &[], Lint), ("brakeman", &[], Lint), ("haml-lint", &[], Lint), ("erb_lint", &[], Lint),
    ("erblint", &[], Lint), ("slim-lint", &[], Lint), ("rails_best_practices", &[], Lint), ("herb", &["lint|analyze"], Lint), ("fasterer", &[], Lint),
    ("ruff", &["format"], Format), ("ruff", &[], Lint), ("flake8", &[], Lint), ("pylint", &[], Lint), ("bandit", &[], Lint), ("djlint", &[], Lint), ("mypy", &[], TypeCheck),
    ("pyright", &[], TypeCheck), ("basedpyright", &[], TypeCheck), ("ty", &["check"], TypeCheck), ("pyflakes", &[], Lint), ("pycodestyle", &[], Lint), ("prospector", &[], Lint),
    ("phpcs", &[], Lint), ("phpstan", &[], Lint), ("psalm", &[], Lint), ("php-cs-fixer", &["--dry-run"], Lint), ("pint", &["--test"], Lint), ("ecs", &[], Lint),
    ("parallel-lint", &[], Lint), ("rector", &["--dry-run"], Lint), ("grumphp", &[], Lint), ("twig-cs-fixer", &[], Lint), ("larastan", &[], Lint), ("phpmd", &[], Lint),
    ("mvn", &["checkstyle:check|spotbugs:check|spotless:check|pmd:check"], Lint), ("mvnw", &["checkstyle:check|spotbugs:check|spotless:check|pmd:check"], Lint),
    ("gradle", &["detekt|ktlintCheck|checkstyleMain|spotlessCheck|lint"], Lint), ("gradlew", &["detekt|ktlintCheck|checkstyleMain|spotlessCheck|lint"], Lint),
    ("detekt", &[], Lint), ("ktlint", &[], Lint), ("scalafmt", &["--test|--check"], Format), ("scalafix", &["--check"], Lint),
    ("mix", &["credo"], Lint), ("mix", &["format", "--check-formatted"], Format), ("mix", &["dialyzer"], TypeCheck), ("mix", &["sobelow"], SecurityScan), ("mix", &["lint"], Lint),
    ("cargo", &["clippy"], Lint), ("cargo", &["fmt", "--check"], Format), ("golangci-lint", &["run"], Lint), ("go", &["vet"], Lint), ("staticcheck", &[], Lint),
    ("gofmt", &["-l"], Format), ("revive", &[], Lint), ("hadolint", &[], Lint), ("shellcheck", &[], Lint), ("yamllint", &[], Lint), ("actionlint", &[], Lint), ("zizmor", &[], SecurityScan),
    ("pre-commit", &["run"], Lint), ("prek", &["run"], Lint), ("lefthook", &["run"], Lint), ("lint-staged", &[], Lint), ("clj-kondo", &[], Lint), ("sqlfluff", &["lint"], Lint), ("reuse", &["lint"], Lint),
    // Formatting checks: a formatter that rewrites checks nothing.
    ("prettier", &["--check|-c|-l|--list-different"], Format), ("black", &["--check"], Format), ("isort", &["--check|--check-only|-c"], Format),
    ("dprint", &["check"], Format), ("deno", &["fmt", "--check"], Format), ("autoflake", &["--check"], Format),
    // Types.
    ("tsc", &[], TypeCheck), ("vue-tsc", &[], TypeCheck), ("svelte-check", &[], TypeCheck), ("nuxi", &["typecheck"], TypeCheck), ("nuxt", &["typecheck"], TypeCheck), ("deno", &["check"], TypeCheck),
    // Security.
    ("npm", &["audit"], SecurityScan), ("yarn", &["audit"], SecurityScan), ("pnpm", &["audit"], SecurityScan), ("bundler-audit", &[], SecurityScan), ("bundle-audit", &[], SecurityScan),
    ("pip-audit", &[], SecurityScan), ("safety", &["check|scan"], SecurityScan), ("trivy", &[], SecurityScan), ("grype", &[], SecurityScan), ("snyk", &[], SecurityScan), ("semgrep", &[], SecurityScan),
    ("gitleaks", &[], SecurityScan), ("govulncheck", &[], SecurityScan), ("cargo", &["audit|deny"], SecurityScan), ("composer", &["audit"], SecurityScan), ("checkov", &[], SecurityScan), ("mix", &["hex.audit|deps.audit"], SecurityScan),
    // Deployment.
    ("scalingo", &["deploy|integration-link-manual-deploy|integration-link-manual-review-app"], Deploy), ("clever", &["deploy"], Deploy), ("netlify", &["deploy"], Deploy),
    ("vercel", &["--prod|deploy|--prebuilt"], Deploy), ("heroku", &["container:release"], Deploy), ("kubectl", &["apply|set|rollout|patch"], Deploy), ("helm", &["upgrade|install"], Deploy),
    ("helmfile", &["apply|sync"], Deploy), ("kustomize", &["edit"], Deploy), ("fly", &["deploy"], Deploy), ("flyctl", &["deploy"], Deploy), ("wrangler", &["deploy|publish"], Deploy), ("firebase", &["deploy"], Deploy),
    ("serverless", &["deploy"], Deploy), ("sls", &["deploy"], Deploy), ("aws", &["s3", "sync|cp"], Deploy), ("aws", &["ecs", "update-service"], Deploy), ("gcloud", &["deploy"], Deploy), ("az", &["webapp|containerapp"], Deploy),
    ("cap", &["deploy"], Deploy), ("kamal", &["deploy"], Deploy), ("ansible-playbook", &[], Deploy), ("gh-pages", &[], Deploy), ("kontinuous", &["deploy"], Deploy), ("argocd", &["app"], Deploy), ("s3cmd", &["sync|put"], Deploy),
    ("vendor/bin/dep", &["deploy"], Deploy), ("caprover", &["deploy"], Deploy), ("terraform", &["apply"], Deploy), ("surge", &[], Deploy), ("git", &["push", "scalingo|heroku|dokku|clever|production|prod"], Deploy),
    // Publication.
    ("docker", &["push"], Publish), ("docker", &["buildx", "--push"], Publish), ("docker", &["build", "--push"], Publish), ("docker", &["compose", "push"], Publish), ("npm", &["publish"], Publish), ("yarn", &["npm", "publish"], Publish), ("pnpm", &["publish"], Publish),
    ("twine", &["upload"], Publish), ("poetry", &["publish"], Publish), ("uv", &["publish"], Publish), ("cargo", &["publish"], Publish), ("gem", &["push"], Publish), ("skopeo", &["copy"], Publish), ("buildah", &["push"], Publish), ("kaniko", &[], Publish), ("helm", &["push"], Publish),
    ("changeset", &["publish"], Publish), ("lerna", &["publish"], Publish),
    // Releases.
    ("semantic-release", &[], Release), ("release-it", &[], Release), ("standard-version", &[], Release), ("commit-and-tag-version", &[], Release), ("gh", &["release", "create"], Release), ("goreleaser", &[], Release), ("changeset", &["version|tag"], Release), ("lerna", &["version"], Release), ("cz", &["bump"], Release),
    // Builds.
    ("next", &["build"], Build), ("nuxt", &["build|generate"], Build), ("nuxi", &["build|generate"], Build), ("vite", &["build"], Build), ("ng", &["build"], Build), ("nest", &["build"], Build), ("webpack", &[], Build), ("rollup", &[], Build), ("esbuild", &[], Build), ("tsup", &[], Build), ("svelte-kit", &["build"], Build),
    ("docker", &["build"], Build), ("docker", &["buildx", "build|bake"], Build), ("docker", &["compose", "build"], Build), ("cargo", &["build|check"], Build), ("go", &["build"], Build), ("jekyll", &["build"], Build), ("hugo", &[], Build), ("eleventy", &[], Build), ("mix", &["compile|release"], Build), ("astro", &["build"], Build), ("react-scripts", &["build"], Build), ("vue-cli-service", &["build"], Build), ("docusaurus", &["build"], Build), ("remix", &["build"], Build), ("gatsby", &["build"], Build), ("sbt", &["compile|dist|stage"], Build),
];

/// An action of a marketplace, by the start of its name in lower case, and what it does.
pub(super) const ACTIONS: &[(&str, Activity)] = &[
    ("cypress-io/github-action", EndToEndTest), ("microsoft/playwright-github-action", EndToEndTest), ("browser-actions/", Build),
    ("hadolint/hadolint-action", Lint), ("golangci/golangci-lint-action", Lint), ("super-linter/", Lint), ("github/super-linter", Lint), ("oxsecurity/megalinter", Lint), ("reviewdog/action-", Lint),
    ("wearerequired/lint-action", Lint), ("psf/black", Format), ("astral-sh/ruff-action", Lint), ("chartboost/ruff-action", Lint), ("pre-commit/action", Lint), ("pre-commit-ci/", Lint), ("creyd/prettier_action", Format),
    ("ludeeus/action-shellcheck", Lint), ("rhysd/actionlint", Lint), ("raven-actions/actionlint", Lint), ("davidanson/markdownlint-cli2-action", Lint), ("fsfe/reuse-action", Lint), ("standardrb/standard-ruby-action", Lint), ("actions-rs/clippy-check", Lint), ("docker://ghcr.io/realm/swiftlint", Lint),
    ("github/codeql-action", SecurityScan), ("aquasecurity/trivy-action", SecurityScan), ("snyk/actions", SecurityScan), ("zizmorcore/zizmor-action", SecurityScan), ("gitleaks/", SecurityScan), ("trufflesecurity/", SecurityScan), ("bridgecrewio/checkov-action", SecurityScan), ("ossf/scorecard-action", SecurityScan), ("actions/dependency-review-action", SecurityScan), ("presidentbeef/brakeman", SecurityScan), ("returntocorp/semgrep", SecurityScan),
    ("actions/deploy-pages", Deploy), ("peaceiris/actions-gh-pages", Deploy), ("jamesives/github-pages-deploy-action", Deploy), ("akhileshns/heroku-deploy", Deploy), ("47ng/actions-clever-cloud", Deploy), ("nwtgck/actions-netlify", Deploy), ("netlify/actions", Deploy), ("amondnet/vercel-action", Deploy), ("azure/webapps-deploy", Deploy), ("azure/k8s-deploy", Deploy),
    ("scalingo-community/", Deploy), ("mathieu-bour/setup-scalingo", Build), ("socialgouv/kontinuous", Deploy), ("socialgouv/actions/autodevops-deploy", Deploy), ("superfly/flyctl-actions", Deploy), ("cloudflare/wrangler-action", Deploy), ("cloudflare/pages-action", Deploy), ("firebaseextended/action-hosting-deploy", Deploy), ("w9jds/firebase-action", Deploy), ("google-github-actions/deploy-", Deploy), ("aws-actions/amazon-ecs-deploy-task-definition", Deploy),
    ("dokku/github-action", Deploy), ("appleboy/ssh-action", Deploy), ("easingthemes/ssh-deploy", Deploy), ("burnett01/rsync-deployments", Deploy), ("samkirkland/ftp-deploy-action", Deploy), ("steebchen/kubectl", Deploy), ("actions-hub/kubectl", Deploy), ("deliverybot/helm", Deploy), ("suitenumerique/", Build), ("numerique-gouv/action-argocd-webhook-notification", Deploy),
    ("pypa/gh-action-pypi-publish", Publish), ("js-devtools/npm-publish", Publish), ("changesets/action", Release), ("cycjimmy/semantic-release-action", Release), ("google-github-actions/release-please-action", Release), ("googleapis/release-please-action", Release), ("softprops/action-gh-release", Release), ("actions/create-release", Release), ("ncipollo/release-action", Release), ("release-drafter/release-drafter", Release), ("goreleaser/goreleaser-action", Release), ("codfish/semantic-release-action", Release), ("mathieudutour/github-tag-action", Release),
    ("helm/chart-releaser-action", Publish), ("docker/bake-action", Build),
];
