// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Records what CPython 3.14 (in WebAssembly, npm package pyodide@314) does with scenarios.
//
//   npm install --prefix DIRECTORY pyodide@314.0.7
//   python3 make_scenarios.py 1 801 > all.txt
//   node record.mjs DIRECTORY/node_modules/pyodide/pyodide.mjs all.txt scenarios.txt cpython-3.14.txt
//
// What CPython cannot play is left out of both files.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [pyodide, all, scenarios, logs] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.resolve(pyodide)));
const python = await loadPyodide({ stderr: () => {} });
const here = path.dirname(fileURLToPath(import.meta.url));
python.runPython(fs.readFileSync(path.join(here, "cpython.py"), "utf8"));
const lines = fs.readFileSync(all, "utf8").trimEnd().split("\n");
python.globals.set("scenarios", lines.join("\n"));
const played = python.runPython("play(scenarios)").toJs();
const kept = lines.map((line, i) => [line, played[i]]).filter(([, log]) => log !== undefined && log !== null);
fs.writeFileSync(scenarios, kept.map(([line]) => line + "\n").join(""));
fs.writeFileSync(logs, kept.map(([, log]) => log + "=\n").join(""));
process.exit(0);
