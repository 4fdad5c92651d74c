//! What is deployed: each service of the product, of which kind it is, what serves it, and how it reaches production.
//!
//! A repository is rarely one thing that runs. Its headers, pages, images and gates are asked of the services that they
//! concern; a word of the API says nothing of the front beside it.

mod branches;
mod by_hand;
mod containers;
mod folders;
mod fronts;
mod kinds;
mod left_out;
mod marks;
mod processes;
mod published;
mod roads;
mod said;
mod service;
mod sites;

use crate::base::path::below;
use crate::read::inventory::probe::Probe;

use service::PLACES;
pub(crate) use service::{How, Service, ServiceKind, ServiceSettings, Sources};

/// Every service of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Services {
    /// In the order of their components, then of their kinds.
    pub all: Vec<Service>,
}

/// A repository of more services than these is no product: the rest is left out.
const MOST: usize = 500;

impl Services {
    /// Finds the services, and corrects them by what the team says.
    pub(crate) fn read(sources: &Sources<'_>, settings: &[ServiceSettings]) -> Self {
        let mut services = Self::find(sources);
        let folder = |said: &ServiceSettings| said.component.trim_matches('/').trim_start_matches("./").to_owned();
        let folders: Vec<String> =
            settings.iter().map(folder).map(|name| if name == "." { String::new() } else { name }).collect();
        let (corrected, kept): (Vec<Service>, Vec<Service>) =
            services.all.into_iter().partition(|service| folders.contains(&service.component));
        services.all = kept;
        for (said, folder) in settings.iter().zip(&folders) {
            let Some(kind) = said.kind else { continue };
            let found = corrected.iter().find(|service| service.component == *folder && service.kind == kind);
            let mut service = found.cloned().unwrap_or_else(|| Service::new(kind, folder, kind.name()));
            service.sure = true;
            if let Some(name) = &said.name {
                service.name.clone_from(name);
            }
            let production = &mut service.production;
            production.how = said.production.unwrap_or(production.how);
            if let Some(trigger) = &said.trigger {
                production.trigger.clone_from(trigger);
            }
            production.gated = said.after_tests.or(production.gated);
            services.all.push(service);
        }
        services.all.sort_by(|a, b| (&a.component, a.kind).cmp(&(&b.component, b.kind)));
        services
    }

    fn find(sources: &Sources<'_>) -> Self {
        let parts = kinds::parts(sources);
        let mut all = kinds::of_parts(&parts);
        fronts::absorb(&mut all, &parts, sources);
        let procfiles = processes::procfiles(sources);
        processes::add(&procfiles, &mut all, sources);
        containers::add(&mut all, sources);
        folders::add(&mut all, sources);
        published::add(&mut all, sources);
        sites::add(&mut all, sources);
        let mut merged: Vec<Service> = Vec::new();
        for service in all {
            let same = |known: &Service| known.kind == service.kind && known.component == service.component;
            if let Some(at) = merged.iter().position(same) {
                merged[at].served_by.extend(service.served_by);
                merged[at].sure |= service.sure;
            } else if merged.len() < MOST {
                merged.push(service);
            }
        }
        merged.sort_by(|a, b| (&a.component, a.kind).cmp(&(&b.component, b.kind)));
        roads::find(&mut merged, sources);
        for service in &mut merged {
            service.served_by.dedup();
            service.served_by.truncate(PLACES);
            service.production.evidence.truncate(PLACES);
        }
        Self { all: merged }
    }

    /// The services whose answers people browse and that two careful people would see: a documentation beside a product
    /// is none.
    pub fn browsed(&self) -> impl Iterator<Item = &Service> {
        self.all.iter().filter(|service| service.browsed && service.kind == ServiceKind::Pages)
    }

    /// Whether what a file sets holds for a service: the file is its own, or that of no other one.
    pub fn is_of(&self, service: &Service, path: &str) -> bool {
        let holds = |other: &&Service| !other.is_beside() && below(&other.component, path).is_some();
        let nearest = self.all.iter().filter(holds).map(|other| other.component.as_str()).max_by_key(|name| name.len());
        match nearest {
            None => true,
            Some(component) => component == service.component || component.is_empty(),
        }
    }

    /// Whether what these files set holds for each service that people browse; where none is known, they hold.
    pub fn cover_what_is_browsed<'p>(&self, paths: impl Iterator<Item = &'p str> + Clone) -> bool {
        self.browsed().all(|service| paths.clone().any(|path| self.is_of(service, path)))
    }

    /// Whether a file is part of what people browse; where no such service is known, any may be.
    pub fn is_browsed(&self, path: &str) -> bool {
        self.browsed().any(|service| self.is_of(service, path)) || self.browsed().next().is_none()
    }
}

/// What services ask of every text.
pub(crate) fn probes() -> Vec<Probe> {
    kinds::probes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lockfile::Lockfiles;
    use crate::model::manifest::Manifests;
    use crate::model::pipeline::Pipelines;
    use crate::model::stack::Stack;
    use crate::read::inventory::Inventory;

    /// What is found in a tree, one a line: `kind component how trigger gated`.
    fn services(files: &[(&str, &str)]) -> Vec<String> {
        corrected(files, "[]")
    }

    /// The same, corrected by settings.
    fn corrected(files: &[(&str, &str)], settings: &str) -> Vec<String> {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        let manifests = Manifests::read(&inventory);
        let stack = Stack::read(&inventory, &manifests, &Lockfiles::read(&inventory));
        let pipelines = Pipelines::read(&inventory, &manifests);
        let sources = Sources { inventory: &inventory, manifests: &manifests, stack: &stack, pipelines: &pipelines };
        let line = |service: &Service| {
            let component = if service.component.is_empty() { "." } else { &service.component };
            let production = &service.production;
            let gated = production.gated.map_or("?", |gated| if gated { "gated" } else { "ungated" });
            format!("{} {component} {} {} {gated}", service.kind.name(), production.how.name(), production.trigger)
        };
        Services::read(&sources, &said(settings)).all.iter().map(line).collect()
    }

    fn said(settings: &str) -> Vec<ServiceSettings> {
        serde_yaml::from_str(settings).expect("settings")
    }

    const EXPRESS: &str = r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "4"}}"#;
    const REACT: &str = r#"{"dependencies": {"react": "18", "vite": "5"}}"#;
    const RAILS: &str = "gem 'rails', '~> 8.0'\ngem 'sidekiq'\n";
    const CLEVER: &str = "on: {push: {branches: [prod]}}\njobs:\n  ship:\n    steps:\n      - run: clever deploy\n";

    #[test]
    fn a_queue_stands_in_the_package_that_defines_it_and_its_tasks_unless_that_holds_the_settings() {
        let in_package = |package: &str| {
            let [application, tasks] = ["celery.py", "tasks.py"].map(|name| format!("{package}/{name}"));
            let manifest = "django==5.2\ncelery==5.4\n";
            services(&[
                ("requirements.txt", manifest),
                ("manage.py", "import django\n"),
                (&application, "app = Celery('shop')\n"),
                (&tasks, "@shared_task\ndef clean(): ...\n"),
            ])
        };
        assert!(in_package("shop").iter().any(|line| line.starts_with("worker shop ")), "{:?}", in_package("shop"));
        assert!(in_package("config").iter().any(|line| line.starts_with("worker . ")), "{:?}", in_package("config"));
    }

    #[test]
    fn an_api_and_its_front_are_two_services_until_one_sends_the_files_of_the_other() {
        let apart = [
            ("api/package.json", EXPRESS),
            ("api/a.js", "express().listen(3)"),
            ("front/package.json", REACT),
            ("front/index.html", "<div>"),
        ];
        let unknown = "unknown unknown ?";
        assert_eq!(services(&apart), [format!("api api {unknown}"), format!("pages front {unknown}")]);
        let mut together = apart;
        together[1].1 = "app.use(express.static('../front/dist'))";
        assert_eq!(services(&together), [format!("pages api {unknown}")]);
        let image =
            "FROM node AS front\nCOPY front/ /f\nFROM node\nCOPY api/ /a\nCOPY --from=front /f/dist /a/public\n";
        let in_one_image: Vec<(&str, &str)> = apart.into_iter().chain([("Dockerfile", image)]).collect();
        assert_eq!(services(&in_one_image), [format!("pages api {unknown}")]);
        let of_two = "FROM node AS front\nCOPY front/ /f\nFROM node AS api\nCOPY api/ /a\n";
        let in_two: Vec<(&str, &str)> = apart.into_iter().chain([("Dockerfile", of_two)]).collect();
        assert_eq!(services(&in_two).len(), 2);
    }

    #[test]
    fn a_target_that_people_run_deploys_by_itself_or_through_the_file_of_another_folder() {
        let how = |files: &[(&str, &str)]| {
            let app = [("package.json", EXPRESS), ("a.js", "express().listen(3)")];
            services(&[&app, files].concat()).first().cloned().unwrap_or_default()
        };
        let manual = "api . manual dispatch ungated";
        let handed = ("Makefile", "install:\n\tnpm ci\n\nops-deploy: #- Deploy\n\tcd ops && make deploy env=$(env)\n");
        let ops = |command: &str| format!("deploy:\n\t{command}\n");
        assert_eq!(how(&[handed, ("ops/Makefile", &ops("ansible-playbook -t deploy playbook.yml"))]), manual);
        assert_eq!(how(&[("Makefile", "deploy:\n\tssh host ./update\n")]), manual);
        let unknown = "api . unknown unknown ?";
        assert_eq!(how(&[handed, ("ops/Makefile", &ops("echo deploy"))]), unknown);
        assert_eq!(how(&[("Makefile", "deploy-staging:\n\tssh host ./update\n")]), unknown);
        assert_eq!(how(&[("Makefile", "deploy: build\nbuild:\n\tnpm run build\n")]), unknown);
    }

    #[test]
    fn a_package_of_stories_is_a_site_and_those_of_an_application_stand_beside_it() {
        let publish = (".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: npx chromatic\n");
        let stories = ("apps/docs/.storybook/main.ts", "export default {}");
        let components = ("apps/docs/package.json", r#"{"name": "docs", "devDependencies": {"storybook": "8"}}"#);
        let sites = |files: &[(&str, &str)]| {
            let lines = services(files).into_iter().filter(|line| line.starts_with("static-site"));
            lines.filter_map(|line| line.split(' ').nth(1).map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(sites(&[publish, stories, components]), ["apps/docs"]);
        let application = [publish, stories, ("apps/docs/package.json", REACT), ("apps/docs/index.html", "<div>")];
        assert_eq!(sites(&application), ["apps/docs/.storybook"]);
    }

    #[test]
    fn what_stands_for_another_service_is_known_by_a_word_of_its_folder() {
        let image = "FROM python\nRUN pip install mock-llm\nCMD [\"mock-llm\"]\n";
        for folder in ["src/OpenMockLLM", "mock-api", "payment_mock"] {
            assert_eq!(
                services(&[(&format!("{folder}/Dockerfile"), image)]),
                [format!("mock {folder} none unknown ?")]
            );
        }
        assert!(services(&[("hammock/Dockerfile", image)]).is_empty());
    }

    #[test]
    fn an_image_among_those_of_developers_runs_in_production_where_a_pipeline_names_it() {
        let queue = [
            ("docker/arena/package.json", r#"{"name": "arena", "dependencies": {"bull-arena": "3"}}"#),
            ("docker/arena/index.js", "Arena({})"),
            ("docker/arena/Dockerfile", "FROM node\nCMD [\"node\", \"index.js\"]\n"),
        ];
        assert!(services(&queue).is_empty(), "{:?}", services(&queue));
        let build = "on: push\njobs:\n  a:\n    steps:\n      - run: docker build docker/arena\n";
        let built: Vec<(&str, &str)> = queue.into_iter().chain([(".github/workflows/a.yml", build)]).collect();
        assert_eq!(services(&built), ["worker docker/arena unknown unknown ?"]);
    }

    #[test]
    fn an_export_where_people_sign_in_is_an_application() {
        let next = r#"{"dependencies": {"next": "15", "react": "19"}}"#;
        let with = |button: &str| {
            services(&[
                ("front/package.json", next),
                ("front/next.config.js", "module.exports = { output: 'export' }"),
                ("front/src/app/page.tsx", button),
            ])
        };
        let line = |kind: &str| format!("{kind} front unknown unknown ?");
        assert!(with("export default () => <ProConnectButton />").contains(&line("pages")));
        assert!(with("export default () => <Text />").contains(&line("static-site")));
    }

    #[test]
    fn a_generator_whose_server_writes_pages_is_no_static_site() {
        let gatsby = ("package.json", r#"{"dependencies": {"gatsby": "5", "react": "18"}}"#);
        let pages = |defer: &str| format!("exports.createPages = () => createPage({{ path: 'a', {defer} }})\n");
        let kind =
            |files: &[(&str, &str)]| services(files).first().map(|line| line.split(' ').next().map(str::to_owned));
        let page = ("src/pages/index.js", "export default () => <p />");
        let later = [gatsby, page, ("gatsby-node.js", &pages("defer: place.population < 20000"))];
        assert_eq!(kind(&later), Some(Some("pages".to_owned())));
        let built = [gatsby, page, ("gatsby-node.js", &pages("context: {}"))];
        assert_eq!(kind(&built), Some(Some("static-site".to_owned())));
    }

    #[test]
    fn what_the_team_says_of_a_folder_replaces_what_was_found_there() {
        let files = [
            ("api/package.json", EXPRESS),
            ("api/a.js", "express().listen(3)"),
            ("front/package.json", REACT),
            ("front/index.html", "<div>"),
        ];
        let settings = "- { component: api, kind: api, production: platform, trigger: push prod, after-tests: true }\n- { component: front }\n- { component: ., kind: worker }\n";
        assert_eq!(corrected(&files, settings), ["worker . unknown unknown ?", "api api platform push prod gated"]);
    }

    #[test]
    fn processes_are_workers_of_the_code_that_they_start() {
        let files = [
            ("Gemfile", RAILS),
            ("app/views/a/x.html.erb", "x"),
            ("app/views/a/y.html.erb", "x"),
            ("app/views/a/z.html.erb", "x"),
            ("app/views/user_mailer/hello.html.erb", "x"),
            ("Procfile", "web: bin/rails s\nworker: sidekiq\nclock: clockwork a.rb\npostdeploy: rake db:migrate\n"),
            ("Procfile.dev", "js: yarn watch\n"),
        ];
        assert_eq!(services(&files), ["pages . unknown unknown ?", "worker . unknown unknown ?"]);
        let nx = [
            ("nx.json", "{}"),
            ("package.json", EXPRESS),
            ("apps/api/src/main.ts", "x"),
            ("apps/queue/src/main.ts", "x"),
            ("Procfile", "web: node apps/api/dist/main.js\nqueue: node apps/queue/dist/main.js\n"),
        ];
        assert_eq!(services(&nx), ["api apps/api unknown unknown ?", "worker apps/queue unknown unknown ?"]);
    }

    #[test]
    fn mails_make_no_pages_and_modules_of_spring_no_service() {
        let mails: Vec<String> = (0..5).map(|n| format!("app/views/mails/m{n}.scala.html")).collect();
        let mut files = vec![
            ("build.sbt", "enablePlugins(PlayScala)\n"),
            ("project/plugins.sbt", "addSbtPlugin(\"org.playframework\" % \"sbt-plugin\" % \"3.0\")\n"),
        ];
        files.extend(mails.iter().map(|path| (path.as_str(), "x")));
        assert!(services(&files).iter().all(|line| line.starts_with("api .")), "{:?}", services(&files));
        let pom = "<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>";
        let modules = [
            ("common/pom.xml", pom),
            ("common/src/main/java/A.java", "class A {}"),
            ("api/pom.xml", pom),
            ("api/src/main/java/B.java", "@SpringBootApplication class B {}\n@RestController class C {}"),
            ("job/pom.xml", pom),
            ("job/src/main/java/D.java", "@SpringBootApplication class D {}"),
        ];
        assert_eq!(services(&modules), ["api api unknown unknown ?", "worker job unknown unknown ?"]);
    }

    #[test]
    fn a_road_is_that_of_the_services_that_it_names() {
        let release = "on: release\njobs:\n  test:\n    steps:\n      - run: npx jest\n  deploy-api:\n    needs: test\n    steps:\n      - run: clever deploy\n";
        let files = [
            ("api/package.json", EXPRESS),
            ("api/a.js", "express().listen(3)"),
            ("front/package.json", REACT),
            ("front/index.html", "<div>"),
            (".github/workflows/api.yml", release),
            (".github/workflows/front.yml", CLEVER),
        ];
        assert_eq!(services(&files), ["api api automatic release gated", "pages front automatic push prod ungated"]);
    }

    #[test]
    fn a_rehearsal_is_no_production_and_a_hand_no_automation() {
        let app = [("package.json", EXPRESS), ("a.js", "express().listen(3)")];
        let with = |path: &'static str, text: &str| {
            let mut files: Vec<(&str, &str)> = app.to_vec();
            files.push((path, text));
            services(&files)
        };
        let staging = CLEVER.replace("prod", "staging");
        assert_eq!(with(".github/workflows/a.yml", &staging), ["api . unknown unknown ?"]);
        let by_hand = CLEVER.replace("{push: {branches: [prod]}}", "workflow_dispatch");
        assert_eq!(with(".github/workflows/a.yml", &by_hand), ["api . manual dispatch ungated"]);
        let called =
            "on: {push: {branches: [main]}}\njobs:\n  go:\n    uses: acme/ci/.github/workflows/deploy-prod.yml@v1\n";
        assert_eq!(with(".github/workflows/a.yml", called), ["api . automatic push main ungated"]);
    }

    #[test]
    fn a_chart_that_leaves_a_service_out_does_not_deploy_it() {
        let ship = "on: push\njobs:\n  ship:\n    uses: acme/ci/.github/workflows/deploy-production.yml@v1\n";
        let image = "FROM node\nCOPY . .\n";
        let cms = r#"{"scripts": {"start": "strapi start"}, "dependencies": {"strapi": "3"}}"#;
        let with = |values: &str, rehearsal: &str| {
            services(&[
                ("api/package.json", EXPRESS),
                ("api/a.js", "express().listen(3)"),
                ("cms/package.json", cms),
                ("cms/api/a.js", "x"),
                ("cms/Dockerfile", image),
                (".github/workflows/a.yml", ship),
                (".kontinuous/values.yaml", values),
                (".kontinuous/env/preprod/values.yaml", rehearsal),
            ])
        };
        let automatic = "api cms automatic push ungated".to_owned();
        let none = "api cms none unknown ?".to_owned();
        assert!(with("api: {imagePackage: api}\ncms: {imagePackage: cms}\n", "").contains(&automatic));
        assert!(with("api: {imagePackage: api}\n# cms:\n#   imagePackage: cms\n", "").contains(&none));
        assert!(with("api: {imagePackage: api}\n", "cms: {imagePackage: cms}\n").contains(&none));
        // Of what no values name, nothing is known.
        assert!(with("api: {imagePackage: api}\n", "").contains(&automatic));
        assert!(with("api: {imagePackage: api}\ncontent:\n  imagePackage: cms\n# cms:\n", "").contains(&automatic));
    }

    #[test]
    fn what_an_image_starts_tells_whether_it_answers() {
        let with = |image: &str| {
            services(&[
                ("dav/composer.json", "{\"name\": \"a/dav\"}"),
                ("dav/server.php", "<?php"),
                ("dav/Dockerfile", image),
            ])
        };
        assert_eq!(with("FROM php:8.3-apache\nCOPY . .\n"), ["api dav unknown unknown ?"]);
        assert_eq!(with("FROM php:8.3\nCMD [\"php-fpm\"]\n"), ["api dav unknown unknown ?"]);
        assert_eq!(with("FROM php:8.3-cli\nCMD [\"php\", \"consume.php\"]\n"), ["worker dav unknown unknown ?"]);
    }

    #[test]
    fn components_for_a_framework_and_consoles_of_developers_are_no_pages() {
        let next = ("web/package.json", r#"{"scripts": {"start": "next start"}, "dependencies": {"next": "15"}}"#);
        let library = |scripts: &str| {
            format!("{{\"scripts\": {scripts}, \"dependencies\": {{\"next\": \"15\", \"react\": \"19\"}}}}")
        };
        let with = |scripts: &str| {
            services(&[next, ("web/app/page.tsx", "x"), ("ui/package.json", &library(scripts)), ("ui/src/a.tsx", "x")])
        };
        assert_eq!(with("{\"lint\": \"eslint\"}"), ["pages web unknown unknown ?"]);
        assert_eq!(with("{\"dev\": \"next dev\"}").len(), 2);
        let console = [
            ("graphiql/package.json", REACT),
            ("graphiql/index.html", "<div>"),
            ("graphiql/Dockerfile", "FROM nginx\n"),
        ];
        assert_eq!(services(&console), ["tool graphiql unknown unknown ?"]);
    }

    #[test]
    fn an_image_that_is_called_after_a_clock_is_a_worker_of_the_code_beside_it() {
        let files = |name| {
            [
                ("package.json", EXPRESS),
                ("a.js", "express().listen(3)"),
                ("Dockerfile", "FROM node\n"),
                (name, "FROM curl\n"),
            ]
        };
        for name in ["Dockerfile.scheduler", "cron.Dockerfile", "Dockerfile.worker"] {
            assert_eq!(services(&files(name)), ["api . unknown unknown ?", "worker . unknown unknown ?"], "{name}");
        }
        assert_eq!(services(&files("Dockerfile.dev-scheduler")).len(), 1);
    }

    #[test]
    fn stories_that_a_pipeline_publishes_are_a_site_of_their_own() {
        let with = |command: &str, folder: &str| {
            let ci = format!("on: push\njobs:\n  show:\n    name: chromatic\n    steps:\n      - {command}\n");
            services(&[
                ("web/package.json", r#"{"scripts": {"start": "next start"}, "dependencies": {"next": "15"}}"#),
                (&format!("{folder}/.storybook/main.ts"), "x"),
                (".github/workflows/a.yml", &ci),
            ])
        };
        let shows =
            |lines: Vec<String>, site: &str| lines.iter().any(|line| line.starts_with(&format!("static-site {site} ")));
        assert!(shows(with("uses: chromaui/action@v1", "web"), "web/.storybook"));
        assert!(shows(with("run: npx chromatic --zip", "packages/storybook"), "packages/storybook"));
        assert_eq!(with("run: npx storybook build", "web").len(), 1);
    }

    #[test]
    fn a_task_that_people_run_deploys_by_hand() {
        let pyramid =
            [("site/setup.py", "from setuptools import setup\nsetup(name='a', install_requires=['pyramid'])\n")];
        let with = |path: &str, text: &str| {
            let mut files = pyramid.to_vec();
            files.extend([("site/a.py", "x"), (path, text)]);
            services(&files)
        };
        let task =
            "from fabric.tasks import task\n\n@task\ndef deploy_site(ctx, branch='main'):\n    clone(ctx, branch)\n";
        assert_eq!(with("admin/tasks/deploy.py", task), ["api site manual dispatch ungated"]);
        let first = "from fabric.api import run\n\ndef deploy():\n    run('git pull')\n";
        assert_eq!(with("fabfile.py", first), ["api site manual dispatch ungated"]);
        let helper = task.replace("@task\n", "");
        let docs = task.replace("deploy_site", "deploy_docs");
        let rehearsal = task.replace("deploy_site", "deploy_staging");
        for text in [helper, docs, rehearsal] {
            assert_eq!(with("tasks.py", &text), ["api site unknown unknown ?"], "{text}");
        }
        // Jobs of a queue are called tasks as well.
        let queue = "from celery import shared_task\n@shared_task\ndef deploy_site(): ...\n";
        assert_eq!(with("tasks.py", queue), ["api site unknown unknown ?"]);
    }

    #[test]
    fn a_job_deploys_the_branches_that_circle_or_gitlab_names_for_it() {
        let ci = "jobs:\n  test:\n    steps:\n      - run: npx jest\n  ship:\n    steps:\n      - run: clever deploy\nworkflows:\n  all:\n    jobs:\n      - test\n      - ship:\n          requires: [test]\n          filters: {branches: {only: [BRANCH]}}\n";
        let script = "git push production main:master\n";
        let with = |branch: &str| {
            let ci = ci.replace("BRANCH", branch);
            services(&[
                ("package.json", EXPRESS),
                ("a.js", "express().listen(3)"),
                (".circleci/config.yml", &ci),
                ("infra/production/deploy.sh", script),
                ("infra/staging/deploy.sh", script),
            ])
        };
        assert_eq!(with("main"), ["api . automatic push main gated"]);
        let gitlab = |rule: &str| {
            let ci = format!("ship:\n  script: [clever deploy]\n{rule}\n");
            services(&[("package.json", EXPRESS), ("a.js", "express().listen(3)"), (".gitlab-ci.yml", &ci)])
        };
        assert_eq!(gitlab("  only: [develop]"), ["api . unknown unknown ?"]);
        let rules = "  rules:\n    - if: $CI_COMMIT_BRANCH == \"develop\"\n";
        assert_eq!(gitlab(rules), ["api . unknown unknown ?"]);
        assert_eq!(gitlab(&rules.replace("develop", "main")), ["api . automatic push main ungated"]);
        let both = format!("{rules}    - if: $CI_COMMIT_TAG\n");
        assert_eq!(gitlab(&both), ["api . automatic tag ungated"]);
        // Where the pipeline deploys a rehearsal alone, a person starts the script for production.
        assert_eq!(with("staging"), ["api . manual dispatch ungated"]);
        let rehearsed =
            [("package.json", EXPRESS), ("a.js", "express().listen(3)"), ("infra/staging/deploy.sh", script)];
        assert_eq!(services(&rehearsed), ["api . unknown unknown ?"]);
    }

    #[test]
    fn a_host_takes_a_branch_by_itself_where_a_document_says_so() {
        let said =
            "# Déploiement\n\nLa branche `production` est déployée automatiquement en production sur Scalingo.\n";
        let ci = |on: &str| format!("on: {on}\njobs:\n  t:\n    steps:\n      - run: bundle exec rspec\n");
        let with = |on: &str| {
            let ci = ci(on);
            services(&[("Gemfile", RAILS), ("README.md", said), (".github/workflows/ci.yml", &ci)])
        };
        assert_eq!(with("push"), ["api . platform push production gated"]);
        assert_eq!(with("pull_request"), ["api . platform push production ungated"]);
        assert_eq!(with("{push: {branches: [main]}}"), ["api . platform push production ungated"]);
        let staging = said.replace("en production", "en recette").replace("`production`", "`recette`");
        assert_eq!(services(&[("Gemfile", RAILS), ("README.md", &staging)]), ["api . unknown unknown ?"]);
    }

    #[test]
    fn what_is_published_is_a_library_or_a_site() {
        let publish = "on: release\njobs:\n  publish:\n    steps:\n      - run: npm publish\n        working-directory: packages/client\n";
        let pages = "on: {push: {branches: [main]}}\njobs:\n  docs:\n    steps:\n      - run: mkdocs build\n      - uses: actions/deploy-pages@v4\n";
        let files = [
            ("packages/client/package.json", r#"{"name": "@acme/client", "version": "1.0.0", "main": "a.js"}"#),
            ("packages/private/package.json", r#"{"name": "@acme/private", "private": true}"#),
            (".github/workflows/publish.yml", publish),
            ("mkdocs.yml", "site_name: a\n"),
            ("docs/index.md", "x"),
            (".github/workflows/docs.yml", pages),
        ];
        assert_eq!(
            services(&files),
            ["static-site docs automatic push main ungated", "library packages/client automatic release ungated"]
        );
    }

    const UNKNOWN: &str = "unknown unknown ?";

    #[test]
    fn a_front_that_others_import_and_one_that_tries_a_library_are_no_services() {
        let files = [
            (
                "apps/site/package.json",
                r#"{"dependencies": {"nuxt": "3", "@acme/ui": "workspace:*"}, "scripts": {"start": "x"}}"#,
            ),
            (
                "packages/ui/package.json",
                r#"{"name": "@acme/ui", "version": "1.0.0", "main": "a.js", "dependencies": {"nuxt": "3"}}"#,
            ),
            ("sdk/consumer/package.json", REACT),
            ("sdk/consumer/index.html", "<div>"),
        ];
        assert_eq!(services(&files), [format!("pages apps/site {UNKNOWN}")]);
    }

    #[test]
    fn production_starts_tools_of_others_beside_the_product() {
        let files = [
            ("api/package.json", EXPRESS),
            ("api/a.js", "express().listen(3)"),
            (
                "compose.prod.yml",
                "services:\n  board: {extends: {file: compose.base.yml, service: board}}\n  queue: {image: 'mher/flower:2'}\n  db: {image: postgres}\n",
            ),
            ("compose.base.yml", "services:\n  board: {image: 'metabase/metabase:v1'}\n"),
            ("compose.yml", "services:\n  g: {image: grafana/grafana}\n"),
            ("infra/prefect_server/compose.yml", "services:\n  p: {image: 'prefecthq/prefect:3'}\n"),
            (".kontinuous/env/prod/values.yaml", "superset:\n  enabled: true\nmetabase:\n  enabled: false\n"),
            (".kontinuous/env/dev/values.yaml", "redash:\n  enabled: true\n"),
        ];
        let wanted = ["data .", "tool .", "data .kontinuous", "api api", "tool infra/prefect_server"];
        assert_eq!(services(&files), wanted.map(|line| format!("{line} {UNKNOWN}")));
    }

    #[test]
    fn charts_start_workers_with_the_image_of_a_server() {
        let app = [("packages/app/package.json", EXPRESS), ("packages/app/a.js", "express().listen(3)")];
        let with = |path: &'static str, text: &'static str| {
            let more = [(path, text), ("chart/values.yaml", "purge:\n  image: {repository: acme/product-app}\n")];
            services(&app.into_iter().chain(more).collect::<Vec<_>>()).len() == 2
        };
        let cron = "kind: CronJob\nspec:\n  containers:\n    - image: \"{{ .Values.global.registry }}/x/app:{{ .Values.tag }}\"\n";
        assert!(with(".kontinuous/templates/purge-cron.yaml", cron));
        let read = "kind: CronJob\nspec:\n  image: \"{{ .Values.purge.image.repository }}:1\"\n";
        assert!(with("chart/templates/purge.yaml", read));
        assert!(with("chart/templates/celery_x_deployment.yaml", "kind: Deployment\nimage: \"acme/app:1\"\n"));
        assert!(!with("chart/templates/web.yaml", "kind: Deployment\nimage: \"acme/app:1\"\n"));
        assert!(!with("chart/templates/jobs_list.yaml", read));
        assert!(with(".kontinuous/values.yaml", "app-cron:\n  imagePackage: app\n"));
    }

    #[test]
    fn packages_and_charts_that_others_take_are_libraries() {
        let publish = "on: push\njobs:\n  a:\n    steps:\n      - run: rm -rf ./src/helm/extra\n      - uses: acme/helm-gh-pages@v1\n        with: {charts_dir: ./src/helm}\n";
        let files = [
            (
                "client/package.json",
                r#"{"name": "c", "version": "1.0.0", "main": "a.js", "publishConfig": {"access": "public"}}"#,
            ),
            ("client/CONTRIBUTING.md", "Then run `npx @changesets/cli publish`.\n"),
            ("used/package.json", r#"{"name": "u", "version": "1.0.0", "main": "a.js", "publishConfig": {}}"#),
            (
                "other/package.json",
                r#"{"name": "o", "private": true, "version": "1.0.0", "main": "a", "dependencies": {"u": "1"}}"#,
            ),
            ("src/helm/product/Chart.yaml", "name: a\n"),
            ("src/helm/product/templates/a.yaml", "kind: Service\n"),
            ("src/helm/extra/Chart.yaml", "name: b\n"),
            ("src/helm/extra/templates/a.yaml", "kind: Service\n"),
            (".github/workflows/chart.yml", publish),
        ];
        let chart = format!("library src/helm/product {UNKNOWN}");
        assert_eq!(services(&files), ["library client manual dispatch ungated".to_owned(), chart]);
    }

    #[test]
    fn folders_without_code_run_by_their_own_image_or_line() {
        let files = [
            ("metabase-host/Procfile", "web: bin/start\n"),
            ("mailpit/Procfile", "web: ./mailpit\n"),
            ("otel/Procfile", "web: otelcol --config a.yaml\n"),
            ("partner/Procfile", "web: java $OPTS -jar partner-1.0.jar\n"),
            (".docker/sync-job/Dockerfile", "FROM alpine\n"),
            (".docker/metabase/Dockerfile", "FROM metabase/metabase\n"),
            ("backup/Dockerfile.backup", "FROM alpine\n"),
            ("local/backup/Dockerfile", "FROM alpine\n"),
            ("notebook/Dockerfile", "FROM jupyter/base\n"),
            ("seed/Dockerfile", "FROM postgres\n"),
            (
                ".github/workflows/seed.yml",
                "on: push\njobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: ./seed\n          push: true\n",
            ),
            ("mockoon/package/compose.yml", "services:\n  m: {image: 'mockoon/cli:9'}\n"),
            ("cms/index.html", "<script>"),
            ("cms/config.yml", "backend: {name: github}\ncollections: []\n"),
            ("models/dbt_project.yml", "name: a\n"),
            ("models/cron.json", "{}"),
            (
                "infra/content/package.json",
                r#"{"scripts": {"start": "strapi start"}, "dependencies": {"@strapi/strapi": "5"}}"#,
            ),
            ("website/package.json", r#"{"dependencies": {"next": "13"}}"#),
            ("website/Dockerfile", "FROM node\n"),
        ];
        let kinds: Vec<String> =
            services(&files).iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
        let wanted = [
            "worker .docker/sync-job",
            "worker backup",
            "tool cms",
            "api infra/content",
            "mock mailpit",
            "data metabase-host",
            "mock mockoon",
            "data models",
            "data notebook",
            "tool otel",
            "api partner",
            "tool seed",
            "static-site website",
        ];
        assert_eq!(kinds, wanted);
    }

    #[test]
    fn pages_that_a_host_reads_in_the_tree_are_sites() {
        let files = [
            ("docs/index.html", "<html>"),
            ("doc_product/SUMMARY.md", "# Summary\n"),
            ("guide/index.html", "<html>"),
            ("old.example.fr/netlify.toml", "[[redirects]]\n"),
            ("ui/.storybook/main.ts", "x"),
            ("apps/Procfile.storybook", "web: npx http-server dist/storybook\n"),
            ("book/index.html", "<html>"),
            (".github/workflows/book.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: rsync -a book/ target/\n"),
        ];
        let platform = "platform platform ungated";
        let wanted = [
            format!("static-site book {UNKNOWN}"),
            format!("static-site doc_product {platform}"),
            format!("static-site docs {platform}"),
            format!("static-site old.example.fr {UNKNOWN}"),
            format!("static-site ui/.storybook {UNKNOWN}"),
        ];
        assert_eq!(services(&files), wanted);
    }

    #[test]
    fn an_export_beside_another_front_is_a_site() {
        let next = r#"{"dependencies": {"next": "15"}}"#;
        let export = [("write/package.json", next), ("write/next.config.js", "module.exports = { output: 'export' }")];
        let api = [("api/package.json", EXPRESS), ("api/a.js", "express().listen(3)")];
        let with: Vec<(&str, &str)> = export.into_iter().chain(api).collect();
        assert_eq!(services(&with), [format!("api api {UNKNOWN}"), format!("pages write {UNKNOWN}")]);
        let front = [
            ("front/package.json", REACT),
            ("front/index.html", "<div>"),
            ("front-offline/package.json", REACT),
            ("front-offline/index.html", "<div>"),
        ];
        let with: Vec<(&str, &str)> = with.into_iter().chain(front).collect();
        let wanted = ["api api", "pages front", "static-site front-offline", "static-site write"];
        assert_eq!(services(&with), wanted.map(|line| format!("{line} {UNKNOWN}")));
    }

    #[test]
    fn a_final_stage_holds_what_it_takes_of_the_one_that_builds() {
        let image = "FROM node AS build\nCOPY api/ api/\nCOPY front/ front/\nFROM nginx\nCOPY --from=build /app/front/dist /html\n";
        let files = [
            ("api/package.json", EXPRESS),
            ("api/a.js", "express().listen(3)"),
            ("front/package.json", REACT),
            ("front/index.html", "<div>"),
            ("Dockerfile.front", image),
        ];
        assert_eq!(services(&files).len(), 2);
    }

    #[test]
    fn what_shows_an_orchestrator_is_a_tool_and_what_prepares_the_database_too() {
        let flow = r#"{"name": "m", "scripts": {"start": "x"}}"#;
        let files = [
            ("data/pyproject.toml", "[project]\nname = \"d\"\ndependencies = [\"apache-airflow\"]\n"),
            ("data/scheduler.Dockerfile", "FROM python\n"),
            ("data/webserver.Dockerfile", "FROM python\n"),
            ("packages/migrations/package.json", flow),
            ("packages/migrations/a.js", "x"),
            ("packages/migrations/Dockerfile", "FROM node\n"),
        ];
        let wanted = ["worker data", "tool data", "tool packages/migrations"];
        assert_eq!(services(&files), wanted.map(|line| format!("{line} {UNKNOWN}")));
    }

    #[test]
    fn a_merge_that_documents_call_a_release_is_taken_by_the_host() {
        let said = "# Git\n\n- Chaque mise en production consiste à merger `develop` dans `main`.\n\n# Hébergement\n\nLe site est chez Scalingo.\n";
        assert_eq!(services(&[("Gemfile", RAILS), ("README.md", said)]), ["api . platform push main ungated"]);
        let without = said.replace("Scalingo", "nous");
        assert_eq!(services(&[("Gemfile", RAILS), ("README.md", &without)]), [format!("api . {UNKNOWN}")]);
    }

    #[test]
    fn a_machine_takes_by_hand_the_image_that_passed_the_tests() {
        let make = "restart-remote: clean\n\tcd infra && docker compose pull && docker compose up -d app\n";
        let push = "on: push\njobs:\n  test:\n    steps:\n      - run: npx jest\n  push:\n    needs: test\n    steps:\n      - run: docker push ghcr.io/acme/app:1\n";
        let files = [
            ("package.json", EXPRESS),
            ("a.js", "express().listen(3)"),
            ("Makefile", make),
            (".github/workflows/ci.yml", push),
        ];
        assert_eq!(services(&files), ["api . manual dispatch gated"]);
    }

    #[test]
    fn a_workflow_that_calls_one_that_is_not_there_is_no_road() {
        let app = [("package.json", EXPRESS), ("a.js", "express().listen(3)")];
        let broken = format!("{CLEVER}  other:\n    uses: ./.github/workflows/gone.yml\n");
        let with = |more: &[(&str, &str)]| services(&app.iter().chain(more).copied().collect::<Vec<_>>());
        assert_eq!(with(&[(".github/workflows/a.yml", &broken)]), [format!("api . {UNKNOWN}")]);
        let there = (".github/workflows/gone.yml", "on: workflow_call\njobs:\n  a:\n    steps:\n      - run: echo\n");
        assert_eq!(with(&[(".github/workflows/a.yml", &broken), there]), ["api . automatic push prod ungated"]);
    }
}
