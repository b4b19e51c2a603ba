const packageFiles = (name: string, json: object, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries({ 'package.json': JSON.stringify({ name, version: '1.0.0', ...json }), ...files }).map(
      ([file, text]) => [`node_modules/${name}/${file}`, text],
    ),
  )

/** Packages of a scratch project, for each way in which one can be written: path -> text. */
export const packagesToImport: Readonly<Record<string, string>> = {
  // As lodash: Node does not see the names.
  ...packageFiles(
    'cjs',
    {},
    {
      'index.js': "module.exports = Object.assign(() => 'called', { sortBy: () => 'sorted' })",
      'sub.js': "exports.sub = 'sub of cjs'",
      'data.json': '{"from":"json of cjs"}',
    },
  ),
  ...packageFiles(
    'transpiled',
    {},
    {
      'index.js':
        "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 'd'; exports.named = 'n'",
    },
  ),
  ...packageFiles(
    'esm',
    { type: 'module', exports: { '.': './index.js', './sub': './lib/sub.js' } },
    {
      'index.js': "export const named = 'n'; export default 'd'",
      'lib/sub.js': "export const sub = 'sub of esm'",
    },
  ),
  ...packageFiles(
    'dual',
    { exports: { import: './index.mjs', require: './index.cjs' } },
    {
      'index.mjs': "export const kind = 'esm'",
      'index.cjs': "exports.kind = 'cjs'",
    },
  ),
  ...packageFiles(
    'wants-url',
    { type: 'module', exports: './index.js' },
    {
      'index.js':
        "import { createRequire } from 'node:module'\nexport const join = createRequire(import.meta.url)('node:path').join",
    },
  ),
  ...packageFiles('versioned', {}, { 'index.js': "exports.version = 'of the project'" }),
  ...packageFiles('ordered', {}, { 'index.js': "(globalThis.order ??= []).push('package')" }),
  ...packageFiles(
    'native',
    {},
    { 'index.js': "module.exports = require('./native.node')", 'native.node': 'ELF' },
  ),
}
