// What MDN's HTTP Observatory says of local servers: one JSON object a line on standard input ({host, httpPort, httpsPort}),
// one on standard output ({grade, score, tests}). The folder of the npm package is the argument.
import fs from 'node:fs'; import path from 'node:path'; import readline from 'node:readline'; import { pathToFileURL } from 'node:url';
const source = path.join(path.resolve(process.argv[2]), 'src'); const load = name => import(pathToFileURL(path.join(source, name)).href);
const { retrieve } = await load('retriever/retriever.js'); const { ALL_TESTS } = await load('constants.js');
const { getGradeForScore, getScoreModifier } = await load('grader/grader.js'); const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await load('grader/charts.js');
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { host, httpPort, httpsPort } = JSON.parse(line);
  const seen = await retrieve(host, { httpPort: String(httpPort), httpsPort: String(httpsPort) });
  const status = seen.responses.auto?.status;
  if (!status || status < 200 || (status >= 400 && ![401, 403].includes(status))) { console.log(JSON.stringify({ error: true })); continue; }
  let extra = 100, plain = 100; const tests = {};
  for (const test of ALL_TESTS) { const { result, constructor } = test(seen); const modifier = getScoreModifier(result); extra += modifier; if (modifier < 0) plain += modifier; tests[constructor.name] = result; }
  console.log(JSON.stringify({ ...getGradeForScore(plain >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? extra : plain), tests }));
}
process.exit(0);
