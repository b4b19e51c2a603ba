// The runner's own process for soak.ts: one function behind HTTP, reloaded when its sources change. Needs --expose-gc.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createHealth, createHealthEndpoint } from '../../../local-runner/health/health.ts'
import { createHttpServer } from '../../../local-runner/http/http-server.ts'
import { createJournal } from '../../../local-runner/journal/journal.ts'
import { readFunctionCode } from '../../../local-runner/lambda-api/describe-functions.ts'
import { createLambdaApi } from '../../../local-runner/lambda-api/lambda-api.ts'
import { readManifest } from '../../../local-runner/manifest/manifest.ts'
import { createBuilder } from '../../../local-runner/reload/builder.ts'
import { createReload } from '../../../local-runner/reload/reload.ts'
import { createBundleHost } from '../../../local-runner/startup/create-bundle-host.ts'
import { createFunctionListener } from '../../../local-runner/startup/function-listener.ts'

const JOURNAL_ENTRIES = 10_000
const root = process.argv[2]
if (root === undefined || process.send === undefined) throw new Error('Started by soak.ts only.')
const report = (message: object) => process.send?.(message)

const { record, listen } = createJournal({ capacity: JOURNAL_ENTRIES, now: () => Date.now() })
const builder = createBuilder(root)
const builtAtEpochMs = Date.now()
const built = await builder.build()
const { functions, api } = await readManifest(join(root, 'dist', 'manifest.json'))
const [definition] = functions
if (!definition) throw new Error('The soak project has no function.')
const reload = createReload({ root, builder, built, builtAtEpochMs, record, print: console.log })
const host = reload.follow(
  definition.name,
  createBundleHost({
    definition,
    taskRoot: join(root, 'dist', definition.name),
    environment: { kind: 'worker', compileCacheDirectory: join(root, '.local', 'compile-cache') },
    strictConcurrency: false,
    variables: {},
    record,
    newId: () => randomUUID(),
  }),
)
const server = createHttpServer({
  listener: createFunctionListener({
    routeKeys: definition.triggers.http,
    api,
    projectDirectory: root,
    invoke: host.invoke,
    health: createHealthEndpoint(createHealth()),
    lambdaApi: createLambdaApi({
      functions: new Map([[definition.name, { definition, invoke: host.invoke, addEvent: () => undefined }]]),
      functionCode: (name) => readFunctionCode(join(root, 'dist', `${name}.zip`)),
      listen,
    }),
  }),
  onError: console.error,
})
const stopWatching = reload.watch()
listen(({ name }) => name === 'spare.ready' && report({ type: 'spare-ready' }))

process.on('message', (message) => {
  if (message === 'measure') {
    // Gives back what V8 keeps for the next burst, too: only what is held shall count.
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    const active = process.getActiveResourcesInfo()
    report({ type: 'measured', rssBytes: process.memoryUsage().rss, activeResources: active.length })
  }
})
// soak.ts has what it wanted, or is gone.
process.once('disconnect', () => {
  stopWatching()
  void server.stop().then(() => host.stop())
})
report({ type: 'listening', port: await server.listen(0, '127.0.0.1') })
