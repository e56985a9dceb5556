// Validates SARIF files against the schema: validate.mjs NODE_DIRECTORY FILE...
import { createRequire } from 'node:module';
import fs from 'node:fs';
const [, , modules, ...files] = process.argv;
const require = createRequire(modules + '/');
const Ajv = require('ajv/dist/2020').default;
const schema = JSON.parse(fs.readFileSync(
    require.resolve('@microsoft/sarif-multitool-linux/sarif-2.1.0.json')));
const ajv = new Ajv({strict: false, allErrors: true});
require('ajv-formats').default(ajv);
const valid = ajv.compile(schema);
for (const file of files)
  if (!valid(JSON.parse(fs.readFileSync(file)))) {
    console.error(file, valid.errors);
    process.exit(1);
  }
