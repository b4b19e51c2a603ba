/** A way to import something, tried by a function. */
export interface ImportForm {
  readonly form: string
  /** What the function answers, or a part of the error: of the build, or of the call. */
  readonly gives: { readonly answer: unknown } | { readonly error: string }
  /** The body of `handler.ts`, which exports `handler`. */
  readonly handler: string
  /** Other files of the project. */
  readonly files?: Readonly<Record<string, string>>
}

const answers = (
  form: string,
  answer: unknown,
  handler: string,
  files?: ImportForm['files'],
): ImportForm => ({
  form,
  gives: { answer },
  handler,
  ...(files && { files }),
})
const fails = (form: string, error: string, handler: string, files?: ImportForm['files']): ImportForm => ({
  form,
  gives: { error },
  handler,
  ...(files && { files }),
})
/** A handler that answers an expression. */
const handler = (expression: string, imports = '') =>
  `${imports}\nexport const handler = async () => (${expression})\n`

const own = (name: string, text: string) => ({ [`functions/tried/${name}`]: text })

export const importForms: readonly ImportForm[] = [
  answers('named, CommonJS', 'sorted', handler('sortBy()', "import { sortBy } from 'cjs'")),
  answers('default, CommonJS', ['called', 'sorted'], handler('[d(), d.sortBy()]', "import d from 'cjs'")),
  answers(
    'namespace, CommonJS',
    ['function', 'function'],
    handler('[typeof ns.sortBy, typeof ns.default]', "import * as ns from 'cjs'"),
  ),
  answers(
    'dynamic, CommonJS',
    ['function', 'function'],
    handler("import('cjs').then((ns) => [typeof ns.sortBy, typeof ns.default])"),
  ),
  // A handler in TypeScript is no `.mjs`, so the bundler believes __esModule.
  answers(
    'default and named, transpiled',
    ['d', 'n'],
    handler('[d, named]', "import d, { named } from 'transpiled'"),
  ),
  answers(
    'dynamic, transpiled',
    ['d', 'n'],
    handler("import('transpiled').then((ns) => [ns.default, ns.named])"),
  ),
  answers('named, ESM', 'n', handler('named', "import { named } from 'esm'")),
  answers('default, ESM', 'd', handler('d', "import d from 'esm'")),
  answers('namespace, ESM', ['default', 'named'], handler('Object.keys(ns)', "import * as ns from 'esm'")),
  answers('dynamic, ESM', ['d', 'n'], handler("import('esm').then((ns) => [ns.default, ns.named])")),
  answers(
    'a builtin, three ways',
    ['a/b', 'a/b', 'a/b'],
    handler(
      "[join('a', 'b'), require('node:path').join('a', 'b'), (await import('node:path')).join('a', 'b')]",
      "import { join } from 'node:path'",
    ),
  ),
  answers(
    'JSON of a package',
    'json of cjs',
    handler('data.from', "import data from 'cjs/data.json' with { type: 'json' }"),
  ),
  answers(
    'JSON, own',
    7,
    handler('data.seven', "import data from './data.json' with { type: 'json' }"),
    own('data.json', '{"seven":7}'),
  ),
  answers(
    'JSON, dynamic',
    7,
    handler("(await import('./data.json', { with: { type: 'json' } })).default.seven"),
    own('data.json', '{"seven":7}'),
  ),
  answers('a sub-path, CommonJS', 'sub of cjs', handler('sub', "import { sub } from 'cjs/sub.js'")),
  answers('a sub-path, ESM', 'sub of esm', handler('sub', "import { sub } from 'esm/sub'")),
  fails(
    'a sub-path that is not exported',
    '"./lib/sub.js" is not exported',
    handler('sub', "import { sub } from 'esm/lib/sub.js'"),
  ),
  fails(
    'a package that is not there',
    'Could not resolve "nowhere"',
    handler('x', "import x from 'nowhere'"),
  ),
  fails(
    'a name that an ESM package lacks',
    'No matching export in "node_modules/esm/index.js" for import "nope"',
    handler('nope', "import { nope } from 'esm'"),
  ),
  answers('dual, imported', 'esm', handler('kind', "import { kind } from 'dual'")),
  answers('dual, required', 'cjs', handler("require('dual').kind")),
  answers(
    'dual, both',
    ['esm', 'cjs'],
    handler("[kind, require('dual').kind]", "import { kind } from 'dual'"),
  ),
  answers(
    'require of an own file',
    1,
    handler("require('./one.cjs').one"),
    own('one.cjs', 'exports.one = 1'),
  ),
  answers('require of ESM', 'n', handler("require('esm').named")),
  answers(
    'require in a try, of nothing',
    'MODULE_NOT_FOUND',
    "let code\ntry { require('nowhere') } catch (error) { code = error.code }\nexport const handler = async () => code\n",
  ),
  answers('require of a computed name', 'a/b', handler("require(['node', 'path'].join(':')).join('a', 'b')")),
  answers('require.resolve', 'node:path', handler("require.resolve('node:path')")),
  answers(
    'globals of a CommonJS file',
    [true, 'index.cjs', 'object', 'object', true],
    handler(
      "[__dirname === process.env.LAMBDA_TASK_ROOT, basename(__filename), typeof module, typeof exports, typeof module.exports.handler === 'function']",
      "import { basename } from 'node:path'",
    ),
  ),
  answers(
    "a folder's own node_modules",
    'of the function',
    handler('version', "import { version } from 'versioned'"),
    {
      'functions/tried/node_modules/versioned/package.json': '{"name":"versioned"}',
      'functions/tried/node_modules/versioned/index.js': "exports.version = 'of the function'",
    },
  ),
  fails(
    'native',
    'No loader is configured for ".node" files',
    handler('native', "import native from 'native'"),
  ),
  fails(
    'await at the top level',
    'Top-level await is currently not supported',
    `await null\n${handler('1')}`,
  ),
  answers(
    'import.meta',
    [true, true, true],
    handler(
      '[import.meta.url === pathToFileURL(__filename).href, import.meta.dirname === __dirname, import.meta.filename === __filename]',
      "import { pathToFileURL } from 'node:url'",
    ),
  ),
  answers('import.meta of a package', 'a/b', handler("join('a', 'b')", "import { join } from 'wants-url'")),
  answers(
    'side effects in order',
    ['first', 'package', 'second', 'handler'],
    "import './first.ts'\nimport 'ordered'\nimport './second.ts'\nglobalThis.order.push('handler')\nexport const handler = async () => globalThis.order.splice(0)\n",
    {
      ...own('first.ts', "globalThis.order = ['first']\n"),
      ...own('second.ts', "globalThis.order.push('second')\n"),
    },
  ),
  answers('a cycle', 'even', handler("even(4) ? 'even' : 'odd'", "import { even } from './even.ts'"), {
    ...own('even.ts', "import { odd } from './odd.ts'\nexport const even = (n) => n === 0 || odd(n - 1)\n"),
    ...own('odd.ts', "import { even } from './even.ts'\nexport const odd = (n) => n !== 0 && even(n - 1)\n"),
  }),
  // The bundler makes a `const` of a module a `var`; without it this would be a ReferenceError.
  answers('a cycle read too early', 'undefined', handler('String(seen)', "import { seen } from './one.ts'"), {
    ...own(
      'one.ts',
      "import { two } from './two.ts'\nexport const one = two\nexport { seen } from './two.ts'\n",
    ),
    ...own('two.ts', "import { one } from './one.ts'\nexport const seen = one\nexport const two = 2\n"),
  }),
  answers(
    'a CommonJS cycle',
    [true, null],
    handler('[a.b.done, a.b.early ?? null]', "import a from './a.cjs'"),
    {
      ...own('a.cjs', "exports.b = require('./b.cjs')\nexports.late = 1\n"),
      ...own('b.cjs', "exports.early = require('./a.cjs').late\nexports.done = true\n"),
    },
  ),
]
