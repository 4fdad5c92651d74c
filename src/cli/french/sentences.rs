//! The sentences of the help, in English as `src/cli.rs` has them, and in French.

/// Every sentence of the help, in English and in French. A test fails when one is missing, or is no longer used.
pub(super) const SENTENCES: &[(&str, &str)] = &[
    (
        "A file that describes the product, or its repositories: addresses to clone, or folders",
        "Un fichier qui décrit le produit, ou ses dépôts : des adresses à cloner, ou des dossiers",
    ),
    ("A table by stack, for documents", "Un tableau par technologie, pour les documents"),
    ("Adds the facts to a JSON report", "Ajoute les faits à un rapport JSON"),
    ("Adds the rules of a folder; may be repeated", "Ajoute les règles d'un dossier ; peut être répétée"),
    ("Always", "Toujours"),
    ("Annotations of GitHub Actions", "Annotations de GitHub Actions"),
    (
        "Asks the forge for deployments, releases, runs and the protection of the main branch",
        "Demande à la forge les déploiements, les versions, les exécutions et la protection de la branche principale",
    ),
    (
        "Asks the forge for the commits that versions of actions stand for",
        "Demande à la forge les commits que désignent les versions d'actions",
    ),
    (
        "Asks the forges for deployments, releases, runs and the protection of the main branches",
        "Demande aux forges les déploiements, les versions, les exécutions et la protection des branches principales",
    ),
    (
        "Audits a branch, tag or commit, read from git objects",
        "Audite une branche, un tag ou un commit, lu dans les objets de git",
    ),
    (
        "Audits a product that has several repositories and a live site, and gives it one report",
        "Audite un produit qui a plusieurs dépôts et un site en ligne, en un seul rapport",
    ),
    ("Audits a repository and prints its grade", "Audite un dépôt et affiche sa note"),
    (
        "Audits the folder alone rather than the repository that holds it",
        "Audite le dossier seul plutôt que le dépôt qui le contient",
    ),
    (
        "Audits by the settings of this file, which the repository cannot weaken: of its own, only what names the product counts",
        "Audite selon les réglages de ce fichier, que le dépôt ne peut pas affaiblir : des siens, seul compte ce qui nomme le produit",
    ),
    (
        "Audits by the settings of this file, which no repository can weaken: of theirs, only what names the product counts",
        "Audite selon les réglages de ce fichier, qu'aucun dépôt ne peut affaiblir : des leurs, seul compte ce qui nomme le produit",
    ),
    (
        "Audits again when a file has changed, and draws the report anew, until Ctrl-C",
        "Audite de nouveau dès qu'un fichier a changé, et redessine le rapport, jusqu'à Ctrl-C",
    ),
    ("Bad", "Mauvais"),
    ("By pillar, for people", "Par pilier, pour des personnes"),
    (
        "Compares two JSON reports: what is fixed, what is new, what the grade became",
        "Compare deux rapports JSON : ce qui est corrigé, ce qui est nouveau, ce que devient la note",
    ),
    (
        "Removes fixed failures from the existing file, and adds nothing",
        "Retire du fichier en place ce qui n'échoue plus, et n'ajoute rien",
    ),
    (
        "Leaves aside the comments that ignore a failure where it is seen; `--no-config` and `--policy` do too",
        "Laisse de côté les commentaires qui écartent un échec là où il se voit ; `--no-config` et `--policy` aussi",
    ),
    ("English", "Anglais"),
    (
        "Writes also what may change what runs, or what colleagues have on their disks; naming the rule does too",
        "Écrit aussi ce qui peut changer ce qui tourne, ou ce que des collègues ont sur leur disque ; nommer la règle suffit aussi",
    ),
    (
        "Speaks to an editor over the Language Server Protocol: failures where they are seen, why, and how to fix them",
        "Parle à un éditeur par le Language Server Protocol : les échecs là où ils se voient, pourquoi, et comment les corriger",
    ),
    (
        "The language of the texts; that of the settings, of the locale, then English",
        "La langue des textes ; celle des réglages, de la locale, puis l'anglais",
    ),
    (
        "Speaks over standard input and output; it is the only way, and editors may ask for it",
        "Parle par l'entrée et la sortie standard ; c'est le seul moyen, et des éditeurs le demandent",
    ),
    (
        "The rule; with `--grade`, the path to audit, the current folder if absent",
        "La règle ; avec `--grade`, le chemin à auditer, le dossier courant par défaut",
    ),
    (
        "Shows how the grade of a repository comes about: each question with its level, and what the next letter takes",
        "Montre d'où vient la note d'un dépôt : chaque question avec son niveau, et ce que demande la lettre suivante",
    ),
    (
        "Shows the failures of pedantic rules too: those at which a sensible team may shrug. They hold no question of the grade down",
        "Montre aussi ce qui manque aux règles pointilleuses, devant quoi une équipe raisonnable peut hausser les épaules ; cela ne retient aucune question de la note",
    ),
    (
        "Evaluates only these rules or pillars, separated by commas",
        "N'évalue que ces règles ou ces piliers, séparés par des virgules",
    ),
    (
        "Exit codes: 0 fine, 1 below the gate (--min-grade, --fail-on), 2 could not run.\nThe report goes to standard output, everything else to standard error.",
        "Codes de sortie : 0 tout va bien, 1 sous le seuil (--min-grade, --fail-on), 2 l'audit n'a pas pu avoir lieu.\nLe rapport va sur la sortie standard, tout le reste sur la sortie d'erreur.",
    ),
    (
        "Exits with 1 when a rule of this severity or more fails",
        "Sort avec 1 si une règle de cette sévérité ou plus échoue",
    ),
    (
        "Exits with 1 when a rule of this severity or more fails in any repository",
        "Sort avec 1 si une règle de cette sévérité ou plus échoue dans l'un des dépôts",
    ),
    (
        "Exits with 1 when the grade is lower, or when nothing could be graded",
        "Sort avec 1 si la note est plus basse, ou si rien n'a pu être noté",
    ),
    (
        "Exits with 1 when the grade of the product is lower, or when nothing could be graded",
        "Sort avec 1 si la note du produit est plus basse, ou si rien n'a pu être noté",
    ),
    ("Fair", "Passable"),
    (
        "Follows redirections to private networks too; from inside one, that is always so",
        "Suit aussi les redirections vers les réseaux privés ; depuis l'un d'eux, c'est toujours le cas",
    ),
    ("For a spreadsheet", "Pour un tableur"),
    ("For a spreadsheet: one line a deployment", "Pour un tableur : une ligne par mise en production"),
    ("For a wiki or a message", "Pour un wiki ou un message"),
    ("For code scanning: SARIF 2.1.0", "Pour l'analyse de code des forges : SARIF 2.1.0"),
    ("For people", "Pour des personnes"),
    ("For programs", "Pour des programmes"),
    ("For programs: the calendar and the metrics", "Pour des programmes : le calendrier et les métriques"),
    (
        "For programs; `equerre report schema --product` describes it",
        "Pour des programmes ; `equerre report schema --product` le décrit",
    ),
    ("For programs; `equerre report schema` describes it", "Pour des programmes ; `equerre report schema` le décrit"),
    ("For the comment of a change", "Pour le commentaire d'une demande de fusion"),
    (
        "For the steps that follow: `grade=B`, `score=78.3`, `coverage=92`, `failures=12`, one a line",
        "Pour les étapes suivantes : `grade=B`, `score=78.3`, `coverage=92`, `failures=12`, une par ligne",
    ),
    ("For the summary of a job, a comment or a wiki", "Pour le résumé d'un job, un commentaire ou un wiki"),
    ("For the test tab of a pipeline: JUnit XML", "Pour l'onglet des tests d'un pipeline : JUnit XML"),
    ("For the widget of a merge request on GitLab: Code Quality", "Pour la demande de fusion de GitLab : Code Quality"),
    ("French", "Français"),
    ("Good", "Bon"),
    (
        "Grades a product's repository against the quality standards of France's Startups d'État",
        "Note le dépôt d'un produit au regard des standards de qualité des Startups d'État",
    ),
    (
        "How many threads to use, 256 at most; all cores, if absent",
        "Combien de fils employer, 256 au plus ; tous les cœurs, par défaut",
    ),
    (
        "Leaves out the paths that match a glob; may be repeated",
        "Laisse de côté les chemins d'un motif ; peut être répétée",
    ),
    ("Leaves the embedded rules out", "Laisse de côté les règles intégrées"),
    (
        "Leaves the repositories' own settings aside, ignores and packs included",
        "Laisse de côté les réglages des dépôts, exceptions et paquets de règles compris",
    ),
    ("Leaves the repository's own settings aside", "Laisse de côté les réglages du dépôt"),
    (
        "Leaves the repository's own settings aside, ignores and packs included",
        "Laisse de côté les réglages du dépôt, exceptions et paquets de règles compris",
    ),
    (
        "Leaves the settings of the current folder aside, packs included",
        "Laisse de côté les réglages du dossier courant, paquets de règles compris",
    ),
    (
        "Leaves these rules or pillars out, separated by commas",
        "Laisse de côté ces règles ou ces piliers, séparés par des virgules",
    ),
    (
        "Lets only the failures count that the changes since a revision have made: since this branch left it",
        "Ne compte que les échecs que causent les changements depuis une révision : depuis que cette branche l'a quittée",
    ),
    (
        "Lets the failures that this file knows count for no gate: `equerre baseline` writes it",
        "Les échecs que connaît ce fichier ne comptent dans aucun seuil : `equerre baseline` l'écrit",
    ),
    ("Lists every rule by pillar", "Liste toutes les règles par pilier"),
    (
        "Lists the facts and the questions that they answer, without auditing anything",
        "Liste les faits et les questions auxquelles ils répondent, sans rien auditer",
    ),
    (
        "Lists the rules, prints their schema, runs their cases",
        "Liste les règles, affiche leur schéma, lance leurs cas",
    ),
    ("Must be fixed before anything else; it caps the letter", "À corriger avant tout le reste ; plafonne la lettre"),
    ("Never", "Jamais"),
    ("One page to open, print or send", "Une page à ouvrir, à imprimer ou à envoyer"),
    (
        "One page to open, print or send: nothing is loaded from anywhere",
        "Une page à ouvrir, à imprimer ou à envoyer : rien n'est chargé de nulle part",
    ),
    ("One screen for people", "Un écran pour des personnes"),
    ("Opens no socket; this is the default", "N'ouvre aucune connexion ; c'est le comportement par défaut"),
    ("Poor", "Médiocre"),
    (
        "Prints every failure in full, what passes, and what could not be verified",
        "Affiche chaque échec en entier, ce qui est respecté, et ce qui n'a pas pu être vérifié",
    ),
    (
        "Opens git data that git itself refuses: owned by somebody else, linked, or bare inside of a working tree",
        "Ouvre des données git que git refuse lui-même : celles d'autrui, liées, ou nues dans une arborescence",
    ),
    ("Prints the JSON Schema of `--format json`", "Affiche le schéma JSON de `--format json`"),
    ("Prints the JSON Schema of `.equerre.yml`", "Affiche le schéma JSON de `.equerre.yml`"),
    ("Prints the JSON Schema of a rule file", "Affiche le schéma JSON d'un fichier de règle"),
    (
        "Prints the calendar of deployments and the four DORA metrics",
        "Affiche le calendrier des mises en production et les quatre métriques DORA",
    ),
    ("Prints the completions of a shell", "Affiche les complétions d'un interpréteur de commandes"),
    ("Prints the grade alone", "N'affiche que la note"),
    ("Prints the grade as a badge, in SVG", "Affiche la note en badge SVG"),
    ("Prints the schema of `.equerre.yml`", "Affiche le schéma de `.equerre.yml`"),
    ("Prints the schema of the JSON report", "Affiche le schéma du rapport JSON"),
    ("Prints what is true of a repository, without judging it", "Affiche ce qui est vrai d'un dépôt, sans le juger"),
    (
        "Reads the settings of this file instead of `.equerre.yml`",
        "Lit les réglages de ce fichier au lieu de `.equerre.yml`",
    ),
    (
        "Runs the cases of rules: `DIR/<rule>/{fails,passes,not-applicable,unverified}/<case>/`",
        "Lance les cas des règles : `DIR/<règle>/{fails,passes,not-applicable,unverified}/<cas>/`",
    ),
    (
        "Instead, says how each question of a rule on text or syntax fares in a file: words, matches, constants",
        "Dit plutôt ce que donne, dans un fichier, chaque question d'une règle sur le texte ou la syntaxe : mots, correspondances, constantes",
    ),
    (
        "Says what a rule asks, why, and how to fix its failure",
        "Dit ce que demande une règle, pourquoi, et comment la respecter",
    ),
    (
        "Sets this audit beside an earlier JSON report, in an HTML page: the grade over time, what is fixed, what is new. May be repeated",
        "Met cet audit en regard d'un rapport JSON antérieur, dans une page HTML : la note dans le temps, ce qui est corrigé, ce qui est nouveau. Peut être répétée",
    ),
    ("Shown, not graded", "Montré, pas noté"),
    ("Shows what would be written, and writes nothing", "Montre ce qui serait écrit, et n'écrit rien"),
    ("Stands in the way of a standard", "Empêche de respecter un standard"),
    ("Takes the folder as it is and leaves git aside", "Prend le dossier tel qu'il est, sans git"),
    (
        "That of `equerre audit`, on a product of several repositories",
        "Celui d'`equerre audit`, sur un produit qui a plusieurs dépôts",
    ),
    (
        "That of the file that describes a product, for `equerre audit`",
        "Celui du fichier qui décrit un produit, pour `equerre audit`",
    ),
    (
        "The SPDX identifier of the licence to write: MIT, AGPL-3.0-or-later, EUPL-1.2, Apache-2.0, MPL-2.0 or GPL-3.0-or-later",
        "L'identifiant SPDX de la licence à écrire : MIT, AGPL-3.0-or-later, EUPL-1.2, Apache-2.0, MPL-2.0 ou GPL-3.0-or-later",
    ),
    (
        "The address of the site; a host alone is asked over TLS and over plain HTTP",
        "L'adresse du site ; un nom d'hôte seul est interrogé en TLS et en clair",
    ),
    (
        "The address to which flaws are reported, and that catalogues show",
        "L'adresse à laquelle signaler une faille, et que montrent les catalogues",
    ),
    ("The best", "Le meilleur"),
    (
        "The date of the audit (YYYY-MM-DD or RFC 3339); now, if absent",
        "La date de l'audit (AAAA-MM-JJ ou RFC 3339) ; maintenant, par défaut",
    ),
    ("The earlier report, which `--format json` wrote", "Le rapport le plus ancien, écrit par `--format json`"),
    ("The folder of the cases", "Le dossier des cas"),
    ("The folder of the cases that pages name", "Le dossier des cas que les pages nomment"),
    ("The folder that the pages are written in", "Le dossier où les pages sont écrites"),
    (
        "Writes a page for each rule in both languages, in Markdown, and the summary of a book of mdBook",
        "Écrit une page par règle dans les deux langues, en Markdown, et le sommaire d'un livre mdBook",
    ),
    ("The format of the calendar", "Le format du calendrier"),
    ("The format of the comparison", "Le format de la comparaison"),
    ("The format of the facts", "Le format des faits"),
    ("The format of the list", "Le format de la liste"),
    ("The format of the report", "Le format du rapport"),
    ("The grade as a small picture, in SVG", "La note en petite image, en SVG"),
    ("The language of the calendar", "La langue du calendrier"),
    ("The language of the comments", "La langue des commentaires"),
    (
        "The language of the comparison; titles of rules are in that of the reports",
        "La langue de la comparaison ; les titres des règles sont dans celle des rapports",
    ),
    ("The language of the questions", "La langue des questions"),
    (
        "The language of the report; that of the settings, of the locale, then English",
        "La langue du rapport ; celle des réglages, du système, puis l'anglais",
    ),
    ("The language of the titles", "La langue des titres"),
    ("The language of the text for screen readers", "La langue du texte des lecteurs d'écran"),
    ("The language of the output", "La langue de la sortie"),
    ("The later report", "Le rapport le plus récent"),
    ("The name of the product", "Le nom du produit"),
    (
        "The page of the repository on its forge, where the clone's remotes do not show it",
        "La page du dépôt sur sa forge, quand le clone ne la donne pas",
    ),
    (
        "The port on which the site answers over plain HTTP; 80, if absent",
        "Le port sur lequel le site répond en clair ; 80, par défaut",
    ),
    (
        "The port on which the site answers over TLS; that of the address, else 443",
        "Le port sur lequel le site répond en TLS ; celui de l'adresse, sinon 443",
    ),
    ("The repository", "Le dépôt"),
    ("The repository, or a folder in it", "Le dépôt, ou un dossier qu'il contient"),
    (
        "The rules to fix; every failing rule that a machine can fix, if none is given",
        "Les règles à corriger ; par défaut, toutes celles qui échouent et qu'une machine sait corriger",
    ),
    ("The shell", "L'interpréteur de commandes"),
    ("The worst", "Le pire"),
    (
        "Visits a live site once and rates its headers, its TLS and its page",
        "Visite une fois un site en ligne et dit ce que valent ses en-têtes, son TLS et sa page",
    ),
    (
        "Visits the live product at this address, once, and sets what it sends beside what the code sets",
        "Visite une fois le produit en ligne à cette adresse, et met ce qu'il envoie en regard de ce que pose le code",
    ),
    (
        "Visits the live product at this address, once, beside the first repository",
        "Visite une fois le produit en ligne à cette adresse, à côté du premier dépôt",
    ),
    (
        "When standard output is a terminal, and NO_COLOR is not set",
        "Quand la sortie standard est un terminal, et que NO_COLOR n'est pas défini",
    ),
    (
        "Where it is written; `.equerre-baseline.json` at the root of what is audited, if absent",
        "Où l'écrire ; `.equerre-baseline.json` à la racine de ce qui est audité, par défaut",
    ),
    ("Whether to use colours", "Quand employer des couleurs"),
    (
        "Who holds the rights to the code; the contributors of the product, if absent",
        "Qui détient les droits sur le code ; les contributeurs du produit, par défaut",
    ),
    ("Worth fixing when one is there", "À corriger à l'occasion"),
    (
        "Writes a commented `.equerre.yml` after looking at the repository",
        "Écrit un `.equerre.yml` commenté après avoir regardé le dépôt",
    ),
    (
        "Writes down what fails today, so that only new failures count for the gates",
        "Consigne ce qui échoue aujourd'hui, pour que seuls les nouveaux échecs comptent dans les seuils",
    ),
    (
        "Writes the badge to a file instead of standard output",
        "Écrit le badge dans un fichier plutôt que sur la sortie standard",
    ),
    (
        "For editors and problem matchers: `path:line:col: severity [rule] message`",
        "Pour les éditeurs : `chemin:ligne:colonne: sévérité [règle] message`",
    ),
    (
        "Writes the report to a file instead of standard output, in the format of its extension; with a format before the name, in that format too. May be repeated",
        "Écrit le rapport dans un fichier plutôt que sur la sortie standard, au format de son extension ; avec un format devant le nom, aussi dans ce format. Peut être répétée",
    ),
    (
        "Writes what a machine can write well to fix failures, and shows the difference",
        "Écrit ce qu'une machine sait bien écrire pour corriger des échecs, et montre la différence",
    ),
    (
        "Says where the product stands beside each criterion of the standards of beta.gouv.fr",
        "Dit où en est le produit, critère par critère, dans les standards de beta.gouv.fr",
    ),
    (
        "Writes what people attest of a criterion of the standards, or asks what waits for an answer",
        "Écrit ce que des personnes attestent d'un critère des standards, ou demande ce qui attend une réponse",
    ),
    ("That of `.equerre/attestations.yml`", "Celui de `.equerre/attestations.yml`"),
    (
        "Reads a saved answer of the directory of beta.gouv.fr (`startups.json`, `authors.json`…), a `dashlord.yml`, or a folder of them; may be repeated",
        "Lit une réponse enregistrée de l'annuaire de beta.gouv.fr (`startups.json`, `authors.json`…), un `dashlord.yml`, ou un dossier qui en contient ; peut être répétée",
    ),
    (
        "The id of the product in the directory; found by the address of the repository, if absent",
        "L'identifiant du produit dans l'annuaire ; trouvé par l'adresse du dépôt, par défaut",
    ),
    (
        "Takes other standards than the embedded version 2.0: an export of betagouv/standards, or `anct`, the audit grid of the ANCT",
        "Prend d'autres standards que la version 2.0 intégrée : un export de betagouv/standards, ou `anct`, la grille d'audit de l'ANCT",
    ),
    (
        "Reads what people attest from this file instead of `.equerre/attestations.yml`",
        "Lit ce que des personnes attestent dans ce fichier plutôt que dans `.equerre/attestations.yml`",
    ),
    (
        "Sets what the team declared on standards-front beside what is seen: a saved answer of `/api/evaluation`",
        "Met ce que l'équipe a déclaré sur standards-front en regard de ce qui est constaté : une réponse enregistrée de `/api/evaluation`",
    ),
    (
        "Shows the names of the people of the directory; they are left out otherwise",
        "Montre les noms des personnes de l'annuaire ; ils sont omis sinon",
    ),
    (
        "Shows all the evidence, that of what is proved included",
        "Montre tous les indices, ceux de ce qui est prouvé compris",
    ),
    ("For people, by category", "Pour des personnes, par catégorie"),
    ("For an issue, a wiki or minutes", "Pour un ticket, un wiki ou un compte rendu"),
    ("For a spreadsheet: one line a criterion", "Pour un tableur : une ligne par critère"),
    (
        "The answers that are proved or attested, as standards-front stores them",
        "Les réponses prouvées ou attestées, comme standards-front les garde",
    ),
    (
        "One or two pages to print for the meeting with the coach, in HTML",
        "Une ou deux pages à imprimer pour la rencontre avec le coach, en HTML",
    ),
    (
        "Says in the sheet of the meeting what changed since an earlier JSON report, of this command or of an audit",
        "Dit dans la fiche de la rencontre ce qui a changé depuis un rapport JSON précédent, de cette commande ou d'un audit",
    ),
    ("The product beside each criterion of the standards", "Le produit en regard de chaque critère des standards"),
    (
        "The measures of Mon Service Sécurisé that the repository or the site evidences, in Markdown",
        "Les mesures de Mon Service Sécurisé que montrent le dépôt ou le site, en Markdown",
    ),
    (
        "The criterion: the name of its standard, `/`, its rank from 0; if absent, what waits for an answer is asked one by one",
        "Le critère : le nom de son standard, `/`, son rang à partir de 0 ; par défaut, ce qui attend une réponse est demandé un par un",
    ),
    ("The answer", "La réponse"),
    ("It is met", "Il est respecté"),
    ("It is not met", "Il n'est pas respecté"),
    ("It does not apply", "Il est sans objet"),
    ("Who says so: a role, not a name", "Qui le dit : un rôle, pas un nom"),
    ("The last day on which it holds (YYYY-MM-DD)", "Le dernier jour où cela vaut (AAAA-MM-JJ)"),
    ("Why it is so; reports and the evaluation show it", "Pourquoi ; les rapports et l'évaluation le montrent"),
    ("Where to see it", "Où le voir"),
    ("Writes over what was attested of this criterion", "Remplace ce qui était attesté de ce critère"),
    (
        "The file to write; `.equerre/attestations.yml` in the repository, if absent",
        "Le fichier à écrire ; `.equerre/attestations.yml` dans le dépôt, par défaut",
    ),
    ("The language of the questions and messages", "La langue des questions et des messages"),
    (
        "Where the directory is, with `--online` and without `--directory`; https://beta.gouv.fr, if absent",
        "Où est l'annuaire, avec `--online` et sans `--directory` ; https://beta.gouv.fr, par défaut",
    ),
];
