// Lints openapi.yaml by the rules in redocly.yaml. Its package is fetched by `npm ci` (see `lint`).
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { formatProblems, getTotals, lint, loadConfig } from "@redocly/openapi-core";

const here = dirname(fileURLToPath(import.meta.url));
const config = await loadConfig({ configPath: join(here, "redocly.yaml") });
const problems = await lint({ ref: join(here, "..", "..", "openapi.yaml"), config });
const totals = getTotals(problems);
formatProblems(problems, { format: "stylish", totals, version: "", cwd: join(here, "..", "..") });
process.exitCode = totals.errors + totals.warnings > 0 ? 1 : 0;
